"""SLW202: clauses for WebsocketClosed around recv() alone."""

from __future__ import annotations

from . import app

TO = "native"

FINDS = {
    "a clean-up behind recv": app("""
        from sanic.exceptions import WebsocketClosed

        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await ws.recv()
            except WebsocketClosed:  #!
                clients.discard(ws)
    """),
}

SILENT = {
    "a clean-up behind send": app("""
        from sanic.exceptions import WebsocketClosed

        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await ws.send("x")
            except WebsocketClosed:
                clients.discard(ws)
    """),
    "a clause that does nothing": app("""
        from sanic.exceptions import WebsocketClosed

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await ws.recv()
            except WebsocketClosed:
                pass
    """),
    "CancelledError is caught as well": app("""
        from sanic.exceptions import WebsocketClosed

        clients = set()

        @app.websocket("/")
        async def handler(request, ws):
            try:
                await ws.recv()
            except (WebsocketClosed, asyncio.CancelledError):
                clients.discard(ws)
    """),
}
