"""SLW407: a recv() in a task of its own, that nothing cancels."""

from __future__ import annotations

from . import app, handler

TO = "native"

FINDS = {
    "recv itself": handler("""
        receiving = asyncio.create_task(ws.recv())  #!
        await asyncio.sleep(60)
        print(receiving.result())
    """),
    "a function that reads": app("""
        async def read(ws):
            while True:
                print(await ws.recv())

        @app.websocket("/")
        async def handler(request, ws):
            reader = asyncio.ensure_future(read(ws))  #!
            while True:
                await ws.send("x")
                await asyncio.sleep(1)
    """),
    "cancelled where the handler's own cancellation does not pass": app("""
        async def read(ws):
            async for message in ws:
                print(message)

        async def write(ws):
            while True:
                await ws.send("x")

        @app.websocket("/")
        async def handler(request, ws):
            tasks = [
                asyncio.create_task(read(ws)),  #!
                asyncio.create_task(write(ws)),
            ]
            done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            for task in pending:
                task.cancel()
    """),
    "a coroutine given to asyncio.wait": app("""
        async def read(ws):
            print(await ws.recv())

        async def write(ws):
            await ws.send("x")

        @app.websocket("/")
        async def handler(request, ws):
            await asyncio.wait([read(ws), write(ws)])  #!
    """),
    "another thing is awaited first": app("""
        async def read(ws):
            print(await ws.recv())

        @app.websocket("/")
        async def handler(request, ws):
            reader = asyncio.create_task(read(ws))  #!
            await ws.send("x")
            await reader
    """),
    "a task of the app": app("""
        @app.websocket("/")
        async def handler(request, ws):
            app.add_task(ws.recv())  #!
            await ws.send("x")
    """),
    "a method of an object that is made in the function": app("""
        class Client:
            def __init__(self, ws):
                self.ws = ws

            async def run(self):
                async for message in self.ws:
                    print(message)

        class Feed:
            async def run(self):
                await asyncio.sleep(1)

        @app.websocket("/")
        async def handler(request, ws):
            client = Client(ws)
            asyncio.create_task(client.run())  #!
            await asyncio.sleep(1)
    """),
}

SILENT = {
    "cancelled in finally": handler("""
        receiving = asyncio.create_task(ws.recv())
        try:
            await asyncio.sleep(60)
        finally:
            receiving.cancel()
    """),
    "cancelled where CancelledError is caught": handler("""
        receiving = asyncio.create_task(ws.recv())
        try:
            await asyncio.sleep(60)
        except asyncio.CancelledError:
            receiving.cancel()
            raise
    """),
    "given to a function where CancelledError is caught, each": app("""
        from .tasks import drop

        @app.websocket("/")
        async def handler(request, ws):
            pending = {asyncio.create_task(ws.recv())}
            try:
                await asyncio.wait(pending)
            except asyncio.CancelledError:
                for task in pending:
                    drop(task)
    """),
    "gather cancels it with the handler": app("""
        async def read(ws):
            print(await ws.recv())

        @app.websocket("/")
        async def handler(request, ws):
            await asyncio.gather(read(ws), asyncio.sleep(1))
    """),
    "gather is awaited later, by its name": app("""
        async def read(ws):
            print(await ws.recv())

        async def write(ws):
            await ws.send("x")

        @app.websocket("/")
        async def handler(request, ws):
            reader = asyncio.create_task(read(ws))
            writer = asyncio.create_task(write(ws))
            both = asyncio.gather(reader, writer)
            await both
    """),
    "a task in gather": app("""
        async def read(ws):
            print(await ws.recv())

        @app.websocket("/")
        async def handler(request, ws):
            await asyncio.gather(asyncio.create_task(read(ws)), asyncio.sleep(1))
    """),
    "awaited where it is made": app("""
        async def read(ws):
            print(await ws.recv())

        @app.websocket("/")
        async def handler(request, ws):
            await asyncio.ensure_future(read(ws))
    """),
    "awaited next": app("""
        async def read(ws):
            print(await ws.recv())

        @app.websocket("/")
        async def handler(request, ws):
            reader = asyncio.create_task(read(ws))
            await reader
    """),
    "a task group cancels it with the handler": handler("""
        async with asyncio.TaskGroup() as group:
            group.create_task(ws.recv())
    """),
    "a method of another class that has its name": app("""
        class Client:
            def __init__(self, ws):
                self.ws = ws

            async def run(self):
                async for message in self.ws:
                    print(message)

        class Feed:
            cache = {}

            @classmethod
            def get(cls, name):
                if name in cls.cache:
                    feed = cls.cache[name]
                else:
                    feed = cls()
                asyncio.create_task(feed.run())
                return feed

            async def run(self):
                await asyncio.sleep(1)

        @app.websocket("/")
        async def handler(request, ws):
            feed = Feed()
            other: Feed = Feed.get("a")
            asyncio.create_task(feed.run())
            asyncio.create_task(other.run())
            await Client(ws).run()
    """),
    "a task that sends": app("""
        async def write(ws):
            await ws.send("x")

        @app.websocket("/")
        async def handler(request, ws):
            asyncio.create_task(write(ws))
            await ws.recv()
    """),
}
