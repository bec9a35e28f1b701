"""One Sanic app for every Sanic: one process, uvloop, no access log."""

from __future__ import annotations

from typing import Any

from sanic import Sanic
from websockets.exceptions import ConnectionClosed

from benchmarks.cases import Case
from benchmarks.servers.handlers import Broadcast, make_handler


def make_app(case: Case, broadcast: Broadcast | None = None) -> Any:
    """An app with the case's handler at ``/``."""
    app: Any = Sanic("benchmark", configure_logging=False)
    handler = make_handler(case, ConnectionClosed, broadcast)

    def websocket(request: Any, ws: Any) -> Any:
        return handler(ws)

    app.add_websocket_route(websocket, "/")
    if case.ping_interval:
        app.config.WEBSOCKET_PING_INTERVAL = case.ping_interval
    return app


def run(app: Any, port: int, **options: Any) -> None:
    """Serve `app` in this process; `options` are added to `app.run`'s."""
    if hasattr(app, "prepare"):  # Sanic 22.3 on; before, one worker was one process
        options.update(single_process=True, motd=False)
    app.run(host="127.0.0.1", port=port, access_log=False, debug=False, **options)
