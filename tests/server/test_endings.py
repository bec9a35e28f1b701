"""However handler and client end, Sanic's side never fails: one claim, many pairs.

Each pair leaves no HTTP text in the stream, no line in the log but the failure of a handler that
raised, no bogus access line, and a handler that has ended.
"""

from __future__ import annotations

import pytest

from tests.server.tools import APP, Visit, failures, get
from tests.support.client import CLOSE, TEXT
from tests.support.waiting import eventually

CONFIG = {
    "WEBSOCKET_PING_INTERVAL": 0.5,
    "WEBSOCKET_PING_TIMEOUT": 0.5,
    "WEBSOCKET_TIMEOUT": 0.3,
}

# Handlers that are still there when the client ends, and how they end then.
WAITING = {
    "/echo": "CancelledError",
    "/sleep": "CancelledError",
    "/swallow": "returned",
    "/raise-late": "ValueError",
    "/helper": "CancelledError",
    "/stubborn": "returned",
}

# Handlers that end by themselves, with the code of the close frame then.
ENDING = {"/return": 1000, "/raise": 1011, "/cancelled": 1000, "/cancel": 1000, "/close": 4001}


@pytest.fixture
def served(server):
    started = server(APP, config=CONFIG, access_log=True)
    before = failures(started.log)
    yield started
    eventually(lambda: get(started, "/counts")["connections"] == 0)
    assert failures(started.log) - before in (0, 1)


def close(visit):
    visit.send_close(4000, "bye")
    assert visit.receive_close().close_code == 4000
    assert visit.receive_end() == "eof"


def reset(visit):
    visit.abort()


def half_close(visit):
    visit.half_close()
    assert visit.receive_end() in ("eof", "reset")


def leave(visit):
    visit.disconnect()


def vanish(visit):
    """Answer nothing, not even pings, and keep the socket open: keepalive finds out."""
    assert b"HTTP" not in to_the_end(visit)


def to_the_end(visit):
    try:
        return visit.receive_to_end()
    except ConnectionError:
        return b""


@pytest.mark.parametrize("path", WAITING)
@pytest.mark.parametrize("end", [close, reset, half_close, leave, vanish])
def test_client_ends(served, path, end):
    """The handler ends as it should, once, and its failure is logged once if it fails."""
    before = failures(served.log)
    with Visit(served, path) as visit:
        visit.open()
        end(visit)
        how = visit.event("end")["how"]
    assert how.startswith(WAITING[path])
    eventually(lambda: failures(served.log) - before == (how == "ValueError"))
    assert len(visit.events("end")) == 1


@pytest.mark.parametrize("name", ["Forbidden", "NotFound", "InvalidUsage", "ServerError"])
def test_handler_raises_for_http(server, name):
    """The upgrade is answered already: 1011, whatever status the exception stands for."""
    with Visit(server(APP, config=CONFIG), "/raise-status", name=name) as visit:
        visit.open()
        assert visit.receive_close().close_code == 1011
        visit.send_close(1011)
        assert visit.receive_end() == "eof"


@pytest.mark.parametrize("path", ENDING)
def test_handler_ends(served, path):
    """The client gets the code; it answers, and TCP is closed."""
    with Visit(served, path) as visit:
        visit.open()
        frame = visit.receive_frame()
        while frame.opcode == TEXT:
            frame = visit.receive_frame()
        assert (frame.opcode, frame.close_code) == (CLOSE, ENDING[path])
        visit.send_close(ENDING[path])
        assert visit.receive_end() == "eof"


@pytest.mark.parametrize("path", ENDING)
@pytest.mark.parametrize("end", [reset, half_close, leave, vanish])
def test_handler_and_client_end(served, path, end):
    """The client is gone, or does not answer, when the handler ends."""
    with Visit(served, path) as visit:
        visit.open()
        if end is half_close:
            visit.half_close()
            assert b"HTTP" not in to_the_end(visit)
        else:
            end(visit)
        visit.event("end")


def test_failure_is_logged_once(served):
    """A handler that raises is an error, with its traceback, once."""
    before = failures(served.log)
    with Visit(served, "/raise") as visit:
        visit.open()
        assert visit.receive_message() == "oh"
        assert visit.receive_close().close_code == 1011
    eventually(lambda: failures(served.log) == before + 1)
    assert sum("Exception occurred" in line for line in visit.lines()) == 1


def test_normal_disconnect_is_not_logged(served):
    """But for the two access lines."""
    with Visit(served, "/echo") as visit:
        visit.open()
        visit.close(1001)
        visit.event("end")
    eventually(lambda: len(visit.lines()) == 2)
    assert all("WS ws://" in line for line in visit.lines())
