"""SLW205: clauses for CancelledError alone."""

from __future__ import annotations

from . import app, handler

TO = "shim raise"

FINDS = {
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
}

SILENT = {
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
