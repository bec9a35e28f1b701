"""SLW205: clauses for CancelledError alone."""

from __future__ import annotations

from . import app, handler

TO = "shim raise"

FINDS = {
    "around gather of a task that reads": app("""
        async def read(ws):
            await ws.recv()

        @app.websocket("/")
        async def handler(request, ws):
            reader = asyncio.create_task(read(ws))
            try:
                await asyncio.gather(reader)
            except asyncio.CancelledError:  #!
                app.ctx.clients.discard(ws)
    """),
    "except Exception stands beside it": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                print(await ws.recv())
            except asyncio.CancelledError:  #!
                clients.discard(ws)
            except Exception as error:
                print(error)
    """),
    "a clean-up behind recv": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                print(await ws.recv())
            except asyncio.CancelledError:  #!
                clients.discard(ws)
    """),
    "a clean-up behind async for": app("""
        from asyncio import CancelledError

        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                async for message in ws:
                    print(message)
            except CancelledError:  #!
                clients.discard(ws)
    """),
    "waits for tasks that read, and cancels what is left of them": app("""
        clients = set()

        async def read(ws):
            while True:
                print(await ws.recv())

        async def write(ws):
            while True:
                await ws.send("x")

        @app.websocket("/")
        async def handler(request, ws):
            tasks = [asyncio.create_task(read(ws)), asyncio.create_task(write(ws))]
            try:
                await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            except asyncio.CancelledError:  #!
                for task in tasks:
                    task.cancel()
                clients.discard(ws)
    """),
}

SILENT = {
    "cancels its pending tasks and cleans up, under either setting": app("""
        clients = set()

        async def read(ws):
            while True:
                print(await ws.recv())

        async def write(ws):
            while True:
                await ws.send("x")

        @app.websocket("/")
        async def handler(request, ws):
            tasks = {asyncio.create_task(read(ws)), asyncio.create_task(write(ws))}
            try:
                done, pending = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
                for task in pending:
                    task.cancel()
            finally:
                clients.discard(ws)
                await asyncio.sleep(0.1)
    """),
    "a task of its own that is cancelled": app("""
        async def write(ws):
            while True:
                await ws.send("x")

        @app.websocket("/")
        async def handler(request, ws):
            writing = asyncio.create_task(write(ws))
            await ws.recv()
            writing.cancel()
            try:
                await writing
            except asyncio.CancelledError:
                print("stopped")
    """),
    "except Exception cleans up as well": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                print(await ws.recv())
            except asyncio.CancelledError:
                clients.discard(ws)
            except Exception as error:
                print(error)
                clients.discard(ws)
    """),
    "ConnectionClosed is caught as well": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                print(await ws.recv())
            except (asyncio.CancelledError, ConnectionClosed):
                clients.discard(ws)
    """),
    "a clause that does nothing": handler("""
        try:
            print(await ws.recv())
        except asyncio.CancelledError:
            pass
    """),
    "nothing of a websocket is in the try": app("""
        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await asyncio.sleep(1)
            except asyncio.CancelledError:
                clients.discard(ws)
    """),
}
