"""SLW102: the class of the old websocket, unless websockets runs without Sanic."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "imported from websockets": alone("""
        from websockets import WebSocketCommonProtocol  #!
    """),
    "imported from websockets.legacy, under another name": alone("""
        from websockets.legacy.protocol import WebSocketCommonProtocol as W  #!
    """),
    "as an attribute of the module": alone("""
        import websockets
        async def feed(request, ws: websockets.WebSocketCommonProtocol):  #!
            pass
    """),
}

SILENT = {
    "beside a server of websockets itself": alone("""
        import websockets
        from websockets import WebSocketCommonProtocol

        server = websockets.serve(print)
    """),
    "Sanic's own class": alone("""
        from sanic import Websocket
        async def feed(request, ws: Websocket):
            pass
    """),
}
