"""gunicorn with Sanic's worker class, which Sanic has up to 21.12."""

from __future__ import annotations

from importlib.util import find_spec
from typing import Any

import pytest

from tests.server.tools import APP, Visit, failures, get
from tests.support import sanic_version
from tests.support.asgi import AsgiServer

pytestmark = [
    pytest.mark.skipif(sanic_version >= (22, 3), reason="Sanic 22.3 dropped GunicornWorker"),
    pytest.mark.skipif(find_spec("gunicorn") is None, reason="gunicorn is not installed"),
]

WORKERS = 2


class GunicornServer(AsgiServer):
    """A `Server` by gunicorn, for an app whose module calls install()."""

    def _forks(self) -> bool:
        return False

    def _launch_arguments(self) -> list[str]:
        return [
            *("-m", "gunicorn"),
            *("--worker-class", "sanic.worker.GunicornWorker", "--workers", str(WORKERS)),
            *("--bind", f"{self.host}:{self.port}", "--graceful-timeout", "5"),
            "asgi_app:app",
        ]

    def _ready(self) -> bool:
        return self.log.count("Booting worker") >= WORKERS and super()._ready()


@pytest.fixture
def started() -> Any:
    server = GunicornServer(APP, "gunicorn", loop="asyncio")
    try:
        yield server.start()
    finally:
        server.close()


def test_gunicorn(started):
    """Handlers get our connection in each worker, HTTP is served, and a stop tells 1001."""
    visits = [Visit(started, "/info") for _ in range(6)]
    for visit in visits:
        visit.open().send_text("__class__")
        assert "SanicWebSocket" in visit.receive_message()
        visit.close()
    assert get(started, "/counts?key=a")
    with Visit(started, "/echo") as echo, Visit(started, "/sleep") as asleep:
        echo.open().send_text("hello")
        assert echo.receive_message() == "hello"
        asleep.open()
        started.send_signal()
        for visit in (echo, asleep):
            assert visit.receive_close().close_code == 1001
            visit.send_close(1001)
            visit.receive_end()
        assert started.wait() == 0, started.log
    assert failures(started.log) == 0
