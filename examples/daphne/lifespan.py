"""Sanic under an ASGI server without lifespan, such as daphne: the first connection starts it."""

import asyncio


class Started:
    """An ASGI app that starts another one before it passes on the first event."""

    def __init__(self, app):
        self.app = app
        self.running = None

    async def __call__(self, scope, receive, send):
        if self.running is None:
            loop = asyncio.get_event_loop()
            self.running = loop.create_future()
            self.events = asyncio.Queue()  # no shutdown: the server does not send it
            self.events.put_nowait({"type": "lifespan.startup"})
            self.life = loop.create_task(self.app({"type": "lifespan"}, self.events.get, self.told))
        await asyncio.shield(self.running)
        await self.app(scope, receive, send)

    async def told(self, event):
        if event["type"] == "lifespan.startup.complete":
            self.running.set_result(None)
        else:
            self.running.set_exception(RuntimeError(event.get("message", "")))
