"""One Sanic app for every Sanic: one process, uvloop, no access log."""

from __future__ import annotations

from typing import Any

from sanic import Sanic
from sanic.response import text
from websockets.exceptions import ConnectionClosed

from benchmarks.cases import Case
from benchmarks.servers.handlers import Broadcast, Handler, make_handler


def make_app(case: Case, broadcast: Broadcast | None = None, handler: Handler | None = None) -> Any:
    """An app with the case's handler (or `handler`) at ``/``, and HTTP at ``/http``."""
    app: Any = Sanic("benchmark", configure_logging=False)
    serve = handler or make_handler(case, ConnectionClosed, broadcast)

    def websocket(request: Any, ws: Any) -> Any:
        return serve(ws)

    async def http(request: Any) -> Any:
        return text("hi")

    app.add_websocket_route(websocket, "/")
    app.add_route(http, "/http")
    if case.ping_interval:
        app.config.WEBSOCKET_PING_INTERVAL = case.ping_interval
    return app


def run(app: Any, port: int, **options: Any) -> None:
    """Serve `app` in this process; `options` are added to `app.run`'s."""
    if hasattr(app, "prepare"):  # Sanic 22.3 on; before, one worker was one process
        options.update(single_process=True, motd=False)
    app.run(host="127.0.0.1", port=port, access_log=False, debug=False, **options)
