"""SLW101: imports of sanic.websocket, unless an ImportError is expected."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "a name of the module": alone("""
        from sanic.websocket import WebSocketProtocol  #!
    """),
    "the module itself": alone("""
        import sanic.websocket  #!
    """),
    "the module as a name of sanic": alone("""
        from sanic import Sanic, websocket  #!
    """),
    "inside a function": alone("""
        def late():
            from sanic.websocket import ConnectionClosed, WebSocketConnection  #!
    """),
}

SILENT = {
    "guarded by except ImportError": alone("""
        try:
            from sanic.websocket import WebSocketProtocol
        except ImportError:
            WebSocketProtocol = None
    """),
    "the fallback of except ImportError": alone("""
        try:
            from sanic.server.protocols.websocket_protocol import WebSocketProtocol
        except ImportError:
            from sanic.websocket import WebSocketProtocol
    """),
    "a module of the app's own": alone("""
        from .websocket import WebSocketProtocol
    """),
    "its new home": alone("""
        from sanic.server.protocols.websocket_protocol import WebSocketProtocol
    """),
}
