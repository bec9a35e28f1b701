"""Sanic with the WebSocket object of this package."""

from __future__ import annotations

import tempfile
from pathlib import Path
from typing import Any

import sanic_legacy_ws
from benchmarks.cases import Case
from benchmarks.servers.sanic_app import make_app, run
from sanic_legacy_ws.binding.app_sockets import AppSockets


def _app(case: Case) -> Any:
    return make_app(case, sanic_legacy_ws.broadcast if case.mode == "broadcast" else None)


def serve(case: Case, port: int, **config: Any) -> None:
    """Serve `case` on `port` until killed."""
    app = _app(case)
    if case.mode == "deflate":
        app.config.WEBSOCKET_COMPRESSION = "deflate"
    app.config.update(config)
    run(app, port, protocol=sanic_legacy_ws.WebSocketProtocol)


def serve_on_asyncio(case: Case, port: int) -> None:
    """Serve on asyncio's own loop."""
    serve(case, port, USE_UVLOOP=False)


def serve_asgi(case: Case, port: int) -> None:
    """Serve under uvicorn, by ASGI."""
    from benchmarks.servers.uvicorn_asgi import run as run_uvicorn

    sanic_legacy_ws.install()
    run_uvicorn(_app(case), case, port, "websockets-sansio")


def serve_with_report(case: Case, port: int) -> None:
    """Serve with the runtime report switched on: what asking for it costs."""
    with tempfile.TemporaryDirectory() as folder:
        serve(case, port, LEGACY_WS_REPORT=str(Path(folder) / "uses.json"))


def serve_without_report(case: Case, port: int) -> None:
    """Serve as if there were no report to switch on: what its being there costs."""
    AppSockets.class_for = _as_it_is  # type: ignore[method-assign]
    serve(case, port)


def _as_it_is(sockets: AppSockets, app: Any, cls: type) -> type:
    return cls
