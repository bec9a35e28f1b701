"""What is attacked: one set of handlers, for each server. ``python -m ... NAME PORT``.

``/figures`` tells, as JSON, how long the event loop had no turn at most since it was last asked
(milliseconds), and how many messages ``/slow`` has read.
"""

from __future__ import annotations

import asyncio
import json
import sys
from contextlib import suppress
from typing import Any, Awaitable, Callable

TICK = 0.002  # seconds between two looks at the clock
SENDERS = 60_000

figures = {"held": 0.0, "read": 0}


def tell() -> str:
    """The figures as JSON; the longest hold begins anew."""
    told = json.dumps(figures)
    figures["held"] = 0.0
    return told


async def watch() -> None:
    """Look at the clock again and again: what comes late was held up."""
    loop = asyncio.get_event_loop()
    while True:
        before = loop.time()
        await asyncio.sleep(TICK)
        figures["held"] = max(figures["held"], (loop.time() - before - TICK) * 1e3)


async def echo(ws: Any) -> None:
    """Send what comes."""
    while True:
        await ws.send(await ws.recv())


async def sleep(ws: Any) -> None:
    """Read nothing."""
    await asyncio.sleep(3600)


async def close(ws: Any) -> None:
    """Close at once."""
    await ws.recv()
    await ws.close()


async def ping(ws: Any) -> None:
    """Ping without a pause."""
    while True:
        await ws.ping()


async def send(ws: Any) -> None:
    """Send without a pause."""
    while True:
        await ws.send("x" * 65536)


async def sender(ws: Any) -> None:
    """Send a message, or not."""
    with suppress(Exception):
        await ws.send("x" * 256)


async def senders(ws: Any) -> None:
    """Send from many tasks at once; `gather` would cancel them all in one turn of the loop."""
    await asyncio.wait([asyncio.ensure_future(sender(ws)) for _ in range(SENDERS)])


async def slow(ws: Any) -> None:
    """Read a message each ten milliseconds."""
    while True:
        await ws.recv()
        figures["read"] += 1
        await asyncio.sleep(0.01)


HANDLERS: dict[str, Callable[[Any], Awaitable[None]]] = {
    "/" + handler.__name__: handler for handler in (echo, sleep, close, ping, send, senders, slow)
}
CONFIG = {"WEBSOCKET_MAX_SIZE": 1 << 20, "WEBSOCKET_PING_INTERVAL": 1, "WEBSOCKET_PING_TIMEOUT": 5}


def serve_sanic(port: int, protocol: Any, **config: Any) -> None:
    """Serve by a Sanic of any year; ``protocol``: None for its own object."""
    from sanic import Sanic
    from sanic.response import text

    from benchmarks.servers.sanic_app import run

    app: Any = Sanic("attacked", configure_logging=False)
    app.config.update(CONFIG, **config)
    for path, handler in HANDLERS.items():

        def websocket(request: Any, ws: Any, handler: Any = handler) -> Any:
            return handler(ws)

        app.add_websocket_route(websocket, path, name=path[1:])

    async def told(request: Any) -> Any:
        return text(tell())

    app.add_route(told, "/figures")
    app.add_task(watch())
    run(app, port, **({"protocol": protocol} if protocol else {}))


def serve_ours(port: int, **config: Any) -> None:
    """Serve by this package, with compression."""
    import sanic_legacy_ws

    config["WEBSOCKET_COMPRESSION"] = "deflate"
    serve_sanic(port, sanic_legacy_ws.WebSocketProtocol, **config)


def serve_aiohttp(port: int) -> None:
    """Serve by aiohttp, whose object is given the same few methods."""
    import uvloop
    from aiohttp import WSMsgType, web

    class Socket(web.WebSocketResponse):
        async def recv(self) -> Any:
            message = await self.receive()
            if message.type not in (WSMsgType.TEXT, WSMsgType.BINARY):
                raise ConnectionError(message.type)
            return message.data

        async def send(self, data: Any) -> None:
            await (self.send_str if isinstance(data, str) else self.send_bytes)(data)

    async def told(request: Any) -> Any:
        return web.Response(text=tell())

    async def main() -> None:
        app = web.Application()
        app.router.add_get("/figures", told)
        for path, handler in HANDLERS.items():

            async def websocket(request: Any, handler: Any = handler) -> Any:
                ws = Socket(heartbeat=10, max_msg_size=1 << 20)
                await ws.prepare(request)
                await handler(ws)
                return ws

            app.router.add_get(path, websocket)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", port).start()
        await watch()

    uvloop.run(main())


SERVERS: dict[str, Callable[[int], None]] = {
    "ours": serve_ours,
    "ours-asyncio": lambda port: serve_ours(port, USE_UVLOOP=False),
    "builtin": lambda port: serve_sanic(port, None),
    "sanic-21.6": lambda port: serve_sanic(port, _old_protocol()),
    "aiohttp": serve_aiohttp,
}


def _old_protocol() -> Any:
    from sanic.websocket import WebSocketProtocol

    return WebSocketProtocol


if __name__ == "__main__":
    SERVERS[sys.argv[1]](int(sys.argv[2]))
