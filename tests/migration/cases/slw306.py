"""SLW306: wait_closed()."""

from __future__ import annotations

from . import app, handler

TO = "native"

FINDS = {
    "wait_closed": handler("""
        await ws.wait_closed()  #!
    """),
}

SILENT = {
    "where Sanic's own object has it": handler("""
        await ws.wait_for_connection_lost()
    """),
    "wait_closed of a server": app("""
        from .main import server

        @app.websocket("/")
        async def handler(request, ws):
            await server.wait_closed()
    """),
}
