"""SLW402: recv() in a task that is cancelled, and another after it."""

from __future__ import annotations

from . import app, handler

TO = "native"

FINDS = {
    "the rest cancelled after FIRST_COMPLETED": app("""
        from .other import other

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                receiving = asyncio.create_task(ws.recv())  #!
                tasks = {receiving, other()}
                done, pending = await asyncio.wait(tasks, return_when="FIRST_COMPLETED")
                for task in pending:
                    task.cancel()
    """),
    "in a function that is called": app("""
        async def consume(ws):
            print(await ws.recv())

        async def produce(ws):
            await ws.send("x")

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                tasks = {
                    asyncio.ensure_future(consume(ws)),  #!
                    asyncio.ensure_future(produce(ws)),
                }
                done, pending = await asyncio.wait(tasks, return_when="FIRST_COMPLETED")
                for task in pending:
                    task.cancel()
    """),
    "cancelled before another recv": handler("""
        first = asyncio.ensure_future(ws.recv())  #!
        await asyncio.sleep(1)
        first.cancel()
        await ws.recv()
    """),
}

SILENT = {
    "never cancelled": handler("""
        receiving = asyncio.create_task(ws.recv())
        while True:
            await asyncio.wait({receiving})
    """),
    "kept for the next turn, and cancelled behind the loop": app("""
        from .other import other

        @app.websocket("/")
        async def handler(request, ws):
            receiving, pending = None, {other()}
            while pending:
                if receiving not in pending:
                    receiving = asyncio.ensure_future(ws.recv())
                    pending.add(receiving)
                done, pending = await asyncio.wait(pending, return_when="FIRST_COMPLETED")
            for task in pending:
                task.cancel()
    """),
    "a function that reads in a loop, cancelled at the end": app("""
        async def consume(ws):
            while True:
                print(await ws.recv())

        @app.websocket("/")
        async def handler(request, ws):
            consumer = asyncio.ensure_future(consume(ws))
            await asyncio.sleep(1)
            consumer.cancel()
    """),
    "cancelled at the end": handler("""
        receiving = asyncio.create_task(ws.recv())
        await asyncio.sleep(1)
        receiving.cancel()
    """),
}
