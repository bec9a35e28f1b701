"""What happens to a handler when its connection is gone (WEBSOCKET_ON_DISCONNECT)."""

from __future__ import annotations

import pytest

from tests.server.tools import APP, Visit
from tests.support import LOOPS
from tests.support.client import TEXT, encode_frame

CONFIG = {"WEBSOCKET_TIMEOUT": 0.3}
OK, LOST = "ConnectionClosedOK(1000, '')", "ConnectionClosedError(1006, '')"


@pytest.fixture(params=LOOPS)
def raising(server, request):
    return server(APP, loop=request.param, config=CONFIG)


@pytest.fixture(scope="module")
def cancelling(server):
    return server(APP, config={**CONFIG, "WEBSOCKET_ON_DISCONNECT": "cancel"})


def close(visit):
    visit.send_close(1000)


@pytest.mark.parametrize(("end", "how"), [(close, OK), (Visit.abort, LOST)])
def test_what_waits_gets_connection_closed(raising, end, how):
    """A recv of the handler raises, with code and reason of the peer's close frame."""
    with Visit(raising, "/echo").open() as visit:
        end(visit)
        assert visit.event("end")["how"] == how


def test_what_waits_in_a_task_gets_connection_closed(raising):
    """The task of the handler learns of it first; the handler has the timeout to end."""
    with Visit(raising, "/helper").open() as visit:
        visit.send_close(1000)
        assert visit.event("helper")["end"] == OK
        assert visit.event("end")["how"] == "CancelledError"


def test_nothing_waits(raising):
    """The handler is cancelled, at once."""
    with Visit(raising, "/sleep").open() as visit:
        visit.send_close(1000)
        assert visit.event("end", timeout=10)["how"] == "CancelledError"


def test_unread_messages_come_first(raising):
    """They are delivered before ConnectionClosed."""
    with Visit(raising, "/unread").open() as visit:
        visit.send_raw(b"".join(encode_frame(TEXT, text) for text in (b"1", b"2", b"3")))
        visit.send_close(1000)
        assert visit.event("unread")["received"] == ["1", "2", "3"]
        assert visit.event("end")["how"] == OK


def test_clean_up_has_an_end(raising):
    """A handler that never ends after its ConnectionClosed is cancelled after the timeout."""
    with Visit(raising, "/linger").open() as visit:
        visit.send_close(1000)
        assert visit.event("lingers")["end"] == OK
        assert visit.event("end")["how"] == "CancelledError"


def test_cancellation_that_is_swallowed(raising):
    """It comes again, until the handler ends."""
    with Visit(raising, "/stubborn").open() as visit:
        visit.send_close(1000)
        assert visit.event("end")["how"] == "returned"
        assert [event["number"] for event in visit.events("swallowed")] == [0, 1, 2]


@pytest.mark.parametrize("path", ["/echo", "/sleep", "/unread"])
def test_cancel_policy(cancelling, path):
    """As Sanic 21.6 did it: every handler is cancelled."""
    with Visit(cancelling, path).open() as visit:
        visit.send_text("unread")
        if path == "/echo":
            assert visit.receive_message() == "unread"
        visit.send_close(1000)
        assert visit.event("end")["how"] == "CancelledError"


def test_cancel_policy_of_a_library(cancelling):
    """The task of the HTTP route that has the connection is cancelled, too."""
    with Visit(cancelling, "/library") as visit:
        visit.handshake(visit.path)
        assert visit.receive_message() == "SanicWebSocket"
        visit.send_close(1000)
        assert visit.receive_close().close_code == 1000
        assert visit.receive_end() == "eof"
        assert visit.event("library-gone")
