"""SLW311: ws.connection, which Sanic's own websocket calls ws_proto now."""

from __future__ import annotations

from . import alone, handler

TO = "native"

FINDS = {
    "its state": handler("""
        if ws.connection.state.name == "OPEN":  #!
            await ws.send("hello")
    """),
    "of an annotated websocket": alone("""
        from sanic import Websocket

        def closed(socket: Websocket):
            return socket.connection.state.name == "CLOSED"  #!
    """),
}

SILENT = {
    "ws_proto": handler("""
        print(ws.ws_proto.state)
    """),
    "of something else": handler("""
        print(request.app.ctx.database.connection)
    """),
}
