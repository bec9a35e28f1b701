"""SLW401: timeouts around recv()."""

from __future__ import annotations

from . import app, handler

TO = "native"

FINDS = {
    "asyncio.wait_for": handler("""
        message = await asyncio.wait_for(ws.recv(), 5)  #!
    """),
    "wait_for imported by name": app("""
        from asyncio import wait_for

        @app.websocket("/")
        async def handler(request, ws):
            message = await wait_for(ws.recv(), timeout=5)  #!
    """),
    "asyncio.timeout": handler("""
        async with asyncio.timeout(5):
            await ws.recv()  #!
    """),
    "in a loop that a timeout may leave": handler("""
        while True:
            try:
                message = await asyncio.wait_for(ws.recv(), 5)  #!
            except asyncio.TimeoutError:
                if message == "end":
                    break
    """),
    "in two loops": handler("""
        while True:
            while True:
                try:
                    message = await asyncio.wait_for(ws.recv(), 5)  #!
                except asyncio.TimeoutError:
                    break
    """),
    "in a function that is called again": app("""
        async def read(ws):
            return await ws.recv()

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                print(await asyncio.wait_for(read(ws), 5))  #!
    """),
    "recv of an attribute": app("""
        class Session:
            def __init__(self, ws):
                self.ws = ws

            async def read(self):
                return await asyncio.wait_for(self.ws.recv(), 5)  #!


        @app.websocket("/")
        async def handler(request, ws):
            await Session(ws).read()
    """),
}

SILENT = {
    "a limit for all of the talk": app("""
        async def talk(ws):
            while True:
                print(await ws.recv())

        @app.websocket("/")
        async def handler(request, ws):
            await asyncio.wait_for(talk(ws), 60)
    """),
    "in a loop that a timeout leaves": handler("""
        while True:
            try:
                message = await asyncio.wait_for(ws.recv(), 5)
            except (ValueError, asyncio.TimeoutError):
                break
    """),
    "in a block and a loop that any exception leaves": handler("""
        while True:
            try:
                async with asyncio.timeout(5):
                    print(await ws.recv())
            except Exception as error:
                print(error)
                return
    """),
    "recv with a timeout": handler("""
        message = await ws.recv(timeout=5)
    """),
    "a ping": handler("""
        await asyncio.wait_for(ws.ping(), 5)
    """),
    "a queue": app("""
        from .queue import queue

        @app.websocket("/")
        async def handler(request, ws):
            await asyncio.wait_for(queue.recv(), 5)
    """),
    "a send": handler("""
        async with asyncio.timeout(5):
            await ws.send('x')
    """),
}
