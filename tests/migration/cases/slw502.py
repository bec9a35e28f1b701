"""SLW502: run(protocol=WebSocketProtocol)."""

from __future__ import annotations

from . import alone

TO = "native"

FINDS = {
    "Sanic's class": alone("""
        from sanic import Sanic
        from sanic.server.protocols.websocket_protocol import WebSocketProtocol
        Sanic('a').run(protocol=WebSocketProtocol)  #!
    """),
    "the class of this package": alone("""
        from sanic_legacy_ws import WebSocketProtocol
        from app import app

        app.run(
            port=80,
            protocol=WebSocketProtocol,  #!
        )
    """),
}

SILENT = {
    "a class of the app's own": alone("""
        from app import app
        from mine import WebSocketProtocol
        app.run(protocol=WebSocketProtocol)
    """),
    "no protocol": alone("""
        from app import app
        app.run(port=80)
    """),
}
