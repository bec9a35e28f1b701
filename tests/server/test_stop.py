"""The server stops while WebSockets are open."""

from __future__ import annotations

import pytest

from tests.server.tools import APP, Visit, failures
from tests.support import LOOPS, running

CONFIG = {"GRACEFUL_SHUTDOWN_TIMEOUT": 5, "WEBSOCKET_TIMEOUT": 1}
HANDLERS = ["/echo", "/sleep", "/swallow", "/helper", "/raise-late", "/unread", "/stubborn"]


def clients(server):
    """A client of each handler, and a second of some that will not answer."""
    answering = [Visit(server, path).open() for path in HANDLERS]
    silent = [Visit(server, path).open() for path in ("/echo", "/sleep")]
    library = Visit(server, "/library")
    library.handshake(library.path)
    assert library.receive_message().endswith("WebSocket")
    return [*answering, library], silent


@pytest.mark.parametrize("loop", LOOPS)
def test_stop(loop):
    """Every client gets 1001, or 1011 from a handler that raises; the exit code is 0."""
    with running(APP, loop=loop, config=CONFIG, access_log=True) as started:
        answering, silent = clients(started)
        started.send_signal()
        for visit in [*answering, *silent]:
            code = 1011 if "/raise" in visit.path else 1001
            assert visit.receive_close().close_code == code, visit.path
        for visit in answering:
            visit.send_close(1001)
            assert visit.receive_end() in ("eof", "reset")
        assert started.wait() == 0, started.log
        assert failures(started.log) == 1  # of /raise-late
        for visit in [*answering, *silent]:
            visit.disconnect()


def test_handlers_may_clean_up():
    """A handler that is cancelled since the server stops can still send, and is not cut off."""
    with running(APP, config=CONFIG) as started, Visit(started, "/farewell") as visit:
        visit.open()
        started.send_signal()
        assert visit.receive_message() == "farewell"
        assert visit.receive_close().close_code == 1001
        visit.send_close(1001)
        assert started.wait() == 0
        assert visit.events("end")[0]["how"] == "CancelledError"


def test_a_stop_waits_for_handlers_whose_client_has_left():
    """What a handler does after its connection is gone is not cut off either."""
    config = {**CONFIG, "WEBSOCKET_ON_DISCONNECT": "raise"}
    with running(APP, config=config) as started, Visit(started, "/afterwards") as visit:
        visit.open()
        visit.disconnect()
        visit.event("left")
        started.send_signal()
        assert started.wait() == 0
        assert visit.events("end")
