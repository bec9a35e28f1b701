"""Sanic with the WebSocket object that it brings."""

from __future__ import annotations

from benchmarks.cases import Case
from benchmarks.servers.sanic_app import make_app, run


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    run(make_app(case), port)
