"""SLW204: loops that go on after the close."""

from __future__ import annotations

from . import app, handler

TO = "shim raise"

FINDS = {
    "except Exception that tells": handler("""
        while True:
            try:
                print(await ws.recv())
            except Exception:  #!
                print("bad")
    """),
    "a clause that awaits something quick": app("""
        from .log import log

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                try:
                    print(await ws.recv())
                except Exception:  #!
                    await log("bad")
                    await asyncio.sleep(0)
    """),
    "a helper that swallows": app("""
        async def receive(ws):
            try:
                return await ws.recv()
            except ConnectionClosed:  #!
                return None

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                print(await receive(ws))
    """),
    "suppress": app("""
        from contextlib import suppress

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                with suppress(Exception):  #!
                    print(await ws.recv())
    """),
    "except ConnectionClosed that does nothing": app("""
        from .state import done

        @app.websocket("/")
        async def handler(request, ws):
            while not done():
                try:
                    print(await ws.recv())
                except ConnectionClosed:  #!
                    pass
    """),
}

SILENT = {
    "ConnectionClosed is raised on": handler("""
        while True:
            try:
                print(await ws.recv())
            except Exception:
                raise
    """),
    "the clause sends, which raises in its turn": handler("""
        while True:
            try:
                print(await ws.recv())
            except Exception:
                await ws.send("bad message")
    """),
    "a helper that swallows, and a loop that looks at what it gives": app("""
        async def receive(ws):
            try:
                return await ws.recv()
            except ConnectionClosed:
                return None

        @app.websocket("/")
        async def handler(request, ws):
            while True:
                message = await receive(ws)
                if message is None:
                    break
    """),
    "suppress, and a loop that ends by what is received": app("""
        from contextlib import suppress

        @app.websocket("/")
        async def handler(request, ws):
            message = None
            while True:
                with suppress(ConnectionClosed):
                    message = await ws.recv()
                if message is None:
                    break
    """),
    "ConnectionClosed leaves the loop": handler("""
        while True:
            try:
                print(await ws.recv())
            except ConnectionClosed:
                break
            except Exception:
                print("bad")
    """),
    "recv stands outside of the try": handler("""
        while True:
            message = await ws.recv()
            try:
                print(message)
            except Exception:
                print("bad")
    """),
    "an exception that recv does not raise": handler("""
        while True:
            try:
                print(await ws.recv())
            except ValueError:
                print("bad")
    """),
    "waits a second": handler("""
        while True:
            try:
                print(await ws.recv())
            except Exception:
                await asyncio.sleep(1)
    """),
}
