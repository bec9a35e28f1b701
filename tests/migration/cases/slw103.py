"""SLW103: old modules of websockets, in an app of Sanic."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "handshake, beside an exception": alone("""
        import sanic
        from websockets import InvalidHandshake, handshake  #!
    """),
    "handshake of websockets.legacy": alone("""
        import sanic
        from websockets.legacy import handshake  #!
    """),
    "handshake as a module": alone("""
        import sanic
        import websockets.handshake  #!
    """),
    "framing": alone("""
        from sanic import Sanic
        from websockets.framing import Frame  #!
    """),
}

SILENT = {
    "websockets' own client, without Sanic": alone("""
        from websockets.legacy.client import connect
    """),
    "a module that websockets still has": alone("""
        import sanic
        from websockets.frames import Frame
    """),
    "a class that SLW102 is about": alone("""
        import sanic
        from websockets.legacy.protocol import WebSocketCommonProtocol
        from websockets.legacy.server import WebSocketServerProtocol
    """),
    "the exceptions": alone("""
        import sanic
        from websockets.exceptions import ConnectionClosed
    """),
}
