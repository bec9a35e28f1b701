"""SLW101: imports of sanic.websocket, unless an ImportError is expected."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "a name of the module": alone("""
        from sanic.websocket import WebSocketProtocol  #!
    """),
    "the module itself, where it is imported": alone("""
        import sanic.websocket  #!

        closed = sanic.websocket.ConnectionClosed
    """),
    "the module as a name of sanic": alone("""
        from sanic import Sanic, websocket  #!
    """),
    "as an attribute of the package": alone("""
        import sanic

        async def feed(request, ws):
            try:
                await ws.recv()
            except sanic.websocket.ConnectionClosed:  #!
                pass
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
    "the module itself, guarded by except ImportError": alone("""
        try:
            from sanic import websocket
        except ImportError:
            websocket = None
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
    "a method of an app that is called as the package is": alone("""
        from sanic import Sanic

        sanic = Sanic("app")

        @sanic.websocket("/")
        async def feed(request, ws):
            pass
    """),
    "its new home": alone("""
        from sanic.server.protocols.websocket_protocol import WebSocketProtocol
    """),
}
