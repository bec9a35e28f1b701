"""Sanic with the WebSocket object of this package."""

from __future__ import annotations

import sanic_legacy_ws
from benchmarks.cases import Case
from benchmarks.servers.sanic_app import make_app, run


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    broadcast = sanic_legacy_ws.broadcast if case.mode == "broadcast" else None
    app = make_app(case, broadcast)
    if case.mode == "deflate":
        app.config.WEBSOCKET_COMPRESSION = "deflate"
    run(app, port, protocol=sanic_legacy_ws.WebSocketProtocol)
