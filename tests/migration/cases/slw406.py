"""SLW406: subprotocols of routes."""

from __future__ import annotations

from . import alone, app

TO = "native"

FINDS = {
    "two subprotocols": app("""
        @app.websocket("/", subprotocols=["b", "a"])  #!
        async def handler(request, ws):
            pass
    """),
    "add_websocket_route": app("""
        app.add_websocket_route(print, "/", subprotocols=["graphql-ws"])  #!
    """),
    "an app of another module": alone("""
        from . import app

        @app.websocket("/", subprotocols=["a"])  #!
        async def handler(request, ws):
            pass
    """),
}

SILENT = {
    "none": app("""
        @app.websocket("/", subprotocols=None)
        async def handler(request, ws):
            pass
    """),
    "websockets' own client": alone("""
        import websockets
        websockets.connect("ws://x", subprotocols=["a"])
    """),
    "another framework": alone("""
        from fastapi import FastAPI
        app = FastAPI()
        @app.websocket("/", subprotocols=["a"])
        async def handler(websocket):
            pass
    """),
}
