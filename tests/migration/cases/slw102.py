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
    "the class of websockets' own server, as a hint for Sanic's": alone("""
        from sanic import Sanic
        from websockets.server import WebSocketServerProtocol  #!

        async def feed(request, ws: WebSocketServerProtocol):
            pass
    """),
    "the same, of websockets.legacy": alone("""
        from sanic import Sanic
        from websockets.legacy.server import WebSocketServerProtocol  #!
    """),
    "the same, as an attribute of the module": alone("""
        import websockets
        from sanic import Sanic

        class Client:
            ws: websockets.server.WebSocketServerProtocol  #!
    """),
    "once a file, where test doubles name it in every line": alone("""
        import sanic
        import websockets

        first = websockets.WebSocketCommonProtocol()  #!
        second = websockets.WebSocketCommonProtocol()
        third = websockets.WebSocketCommonProtocol()
    """),
}

SILENT = {
    "beside a server of websockets itself": alone("""
        import websockets
        from websockets import WebSocketCommonProtocol

        server = websockets.serve(print)
    """),
    "websockets' own server without Sanic": alone("""
        from websockets.server import WebSocketServerProtocol

        async def feed(ws: WebSocketServerProtocol):
            pass
    """),
    "Sanic's own class": alone("""
        from sanic import Websocket
        async def feed(request, ws: Websocket):
            pass
    """),
}
