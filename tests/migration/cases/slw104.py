"""SLW104: broadcast() of websockets."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "as an attribute of the module": alone("""
        import sanic
        import websockets

        def tell(clients):
            websockets.broadcast(clients, 'x')  #!
    """),
    "imported by name": alone("""
        from sanic import Sanic
        from websockets.asyncio.server import broadcast

        def tell(clients):
            broadcast(clients, 'x')  #!
    """),
}

SILENT = {
    "without Sanic": alone("""
        from websockets import broadcast

        def tell(clients):
            broadcast(clients, 'x')
    """),
    "a broadcast of the app's own": alone("""
        import sanic
        from .room import broadcast
        broadcast([], 'x')
    """),
}
