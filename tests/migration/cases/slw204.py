"""SLW204: loops that go on after the close."""

from __future__ import annotations

from . import app, handler

TO = "shim"

FINDS = {
    "except Exception that tells": handler("""
        while True:
            try:
                print(await ws.recv())
            except Exception:  #!
                print("bad")
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
