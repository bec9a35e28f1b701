"""What happens to a handler when its connection is gone (WEBSOCKET_ON_DISCONNECT)."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.server.tools import Visit
from tests.support import LOOPS, RawClient
from tests.support.client import CLOSE, PONG, TEXT, close_payload, encode_frame

APP = "endings"
CONFIG = {"WEBSOCKET_TIMEOUT": 1}
OK, LOST = "ConnectionClosedOK(1000, '')", "ConnectionClosedError(1006, '')"


@pytest.fixture(params=LOOPS)
def cancelling(server, request):
    """The default."""
    return server(APP, loop=request.param, config=CONFIG)


@pytest.fixture(params=LOOPS)
def raising(server, request):
    config = {"WEBSOCKET_TIMEOUT": 100, "WEBSOCKET_ON_DISCONNECT": "raise"}
    return server(APP, loop=request.param, config=config)


class Ending(Visit):
    """A client of one handler, and what that saw."""

    def begin(self):
        self.handshake(self.path)
        self.saw("start")
        return self

    def saw(self, what):
        self.event("seen", what=what)

    def all_seen(self):
        return [event["what"] for event in self.events("seen")][1:]

    def texts(self, *texts):
        self.send_raw(b"".join(encode_frame(TEXT, text.encode()) for text in texts))

    def settle(self):
        """All that was sent has arrived."""
        self.send_ping(b"all")
        while self.receive_frame().opcode != PONG:
            pass

    def how(self):
        return self.event("end")["how"]


def goodbye(visit):
    visit.send_close(1000)


def reset(visit):
    visit.settle()
    visit.abort()


ENDS = pytest.mark.parametrize("end", [goodbye, reset])


# By default: cancelled.


@ENDS
def test_what_had_arrived_is_read(cancelling, end):
    """Four messages, of which one was read: all four are worked on, then it is cancelled."""
    with Ending(cancelling, "/busy").begin() as visit:
        visit.texts("1", "2", "3", "4")
        end(visit)
        assert visit.how() == "CancelledError"
        assert visit.all_seen() == ["1", "2", "3", "4"]


@ENDS
def test_any_other_use_is_the_end(cancelling, end):
    """An answer can't be sent any more: it is cancelled there, whatever is unread."""
    with Ending(cancelling, "/replies").begin() as visit:
        visit.texts("1", "2", "3")
        end(visit)
        assert visit.how() == "CancelledError"
        assert visit.all_seen() == ["1"]


@ENDS
def test_a_handler_that_does_not_read(cancelling, end):
    """It is cancelled at once, whatever is unread."""
    with Ending(cancelling, "/sleeps").begin() as visit:
        visit.texts("1", "2")
        visit.settle()
        before = time.monotonic()
        end(visit)
        assert visit.how() == "CancelledError"
        assert time.monotonic() - before < CONFIG["WEBSOCKET_TIMEOUT"]


@ENDS
def test_a_handler_with_nothing_to_read(cancelling, end):
    """It is cancelled at once, in the middle of its work."""
    with Ending(cancelling, "/pauses-then-reads").begin() as visit:
        visit.texts("1")
        visit.saw("1")
        end(visit)
        assert visit.how() == "CancelledError"
        assert visit.all_seen() == ["1"]


@ENDS
def test_a_handler_that_reads_no_more(cancelling, end):
    """It has the timeout for what is unread."""
    with Ending(cancelling, "/pauses").begin() as visit:
        visit.texts("1", "2")
        visit.saw("1")
        before = time.monotonic()
        end(visit)
        assert visit.how() == "CancelledError"
        assert time.monotonic() - before > 0.9 * CONFIG["WEBSOCKET_TIMEOUT"]


def test_a_handler_that_has_read_all_late(cancelling):
    """It goes on behind the last message, up to its next use of the socket."""
    with Ending(cancelling, "/pauses-then-reads").begin() as visit:
        visit.texts("1", "2")
        visit.saw("1")
        visit.send_close(1000)
        assert visit.how() == "CancelledError"
        assert visit.all_seen() == ["1", "2"]


@pytest.mark.parametrize("path", ["/timeout", "/busy", "/child"])
@ENDS
def test_whoever_waits_for_a_message(cancelling, path, end):
    """CancelledError, through wait_for and for a child of the handler's as well."""
    with Ending(cancelling, path).begin() as visit:
        end(visit)
        assert visit.how() == "CancelledError"
        assert visit.all_seen() == (["child: CancelledError"] if path == "/child" else [])


@pytest.mark.parametrize("last", ["3", "answer"])
def test_a_child_that_reads_on(cancelling, last):
    """The handler is cancelled before its child is told."""
    with Ending(cancelling, "/child").begin() as visit:
        visit.texts("1", "2", last)
        visit.saw("1")
        visit.send_close(1000)
        assert visit.how() == "CancelledError"
        assert visit.all_seen() == ["1", "2", last, "child: CancelledError"]


def test_a_use_by_somebody_else(cancelling):
    """A handler that reads on is not cancelled because another one's broadcast fails."""
    with Ending(cancelling, "/busy").begin() as visit:
        visit.texts("1", "2", "3", "4", "5", "6")
        visit.send_close(1000)
        assert visit.receive_close().close_code == 1000
        with RawClient(cancelling) as other:
            assert other.request(f"/hit?key={visit.key}").body.decode() == OK
        assert visit.how() == "CancelledError"
        assert visit.all_seen() == ["1", "2", "3", "4", "5", "6"]


def test_messages_before_the_handler_begins(cancelling):
    """What came and went with the request is read as well."""
    frames = encode_frame(TEXT, b"1") + encode_frame(TEXT, b"2")
    with Ending(cancelling, "/busy") as visit:
        visit.handshake(visit.path, extra=frames + encode_frame(CLOSE, close_payload(1000)))
        assert visit.how() == "CancelledError"
        assert visit.all_seen() == ["1", "2"]


@pytest.mark.parametrize("answers", [True, False])
def test_a_handler_that_closes(cancelling, answers):
    """close() returns, what stands behind it runs, and is told as ever; the timeout ends it."""
    with Ending(cancelling, "/closes").begin() as visit:
        assert visit.receive_close().close_code == 4000
        if answers:
            visit.send_close(4000)
        else:
            visit.disconnect()
        before = time.monotonic()
        visit.saw("still here")
        assert visit.how() == "CancelledError"
        assert time.monotonic() - before > 0.5 * CONFIG["WEBSOCKET_TIMEOUT"]


def test_a_handler_that_has_a_task_close(cancelling):
    """That is no success of its own: it is cancelled, as on Sanic 21.6."""
    with Ending(cancelling, "/closes-in-a-task").begin() as visit:
        visit.receive_close()
        visit.send_close(4000)
        assert visit.how() == "CancelledError"


def test_cancelled_route_of_a_library(server):
    """The task of the HTTP route that has the connection is cancelled, too."""
    with Visit(server("served", config=CONFIG), "/library") as visit:
        visit.handshake(visit.path)
        assert visit.receive_message() == "SanicWebSocket"
        visit.send_close(1000)
        assert visit.receive_close().close_code == 1000
        assert visit.receive_end() == "eof"
        assert visit.event("library-gone")


def test_cancellation_that_is_swallowed(server):
    """It comes again, until the handler ends."""
    with Visit(server("served", config=CONFIG), "/stubborn").open() as visit:
        visit.send_close(1000)
        assert visit.event("end")["how"] == "returned"
        assert [event["number"] for event in visit.events("swallowed")] == [0, 1, 2]


# With "raise": told.


@pytest.fixture(params=LOOPS)
def told(server, request):
    config = {"WEBSOCKET_TIMEOUT": 0.3, "WEBSOCKET_ON_DISCONNECT": "raise"}
    return server("served", loop=request.param, config=config)


@pytest.mark.parametrize(("end", "how"), [(goodbye, OK), (Visit.abort, LOST)])
def test_what_waits_gets_connection_closed(told, end, how):
    """A recv of the handler raises, with code and reason of the peer's close frame."""
    with Visit(told, "/echo").open() as visit:
        end(visit)
        assert visit.event("end")["how"] == how


def test_what_waits_in_a_task_gets_connection_closed(told):
    """The task of the handler learns of it first; the handler has the timeout to end."""
    with Visit(told, "/helper").open() as visit:
        visit.send_close(1000)
        assert visit.event("helper")["end"] == OK
        assert visit.event("end")["how"] == "CancelledError"


def test_nothing_waits(told):
    """The handler is cancelled, at once."""
    with Visit(told, "/sleep").open() as visit:
        visit.send_close(1000)
        assert visit.event("end", timeout=10)["how"] == "CancelledError"


def test_unread_messages_come_first(told):
    """They are delivered before ConnectionClosed."""
    with Visit(told, "/unread").open() as visit:
        visit.send_raw(b"".join(encode_frame(TEXT, text) for text in (b"1", b"2", b"3")))
        visit.send_close(1000)
        assert visit.event("unread")["received"] == ["1", "2", "3"]
        assert visit.event("end")["how"] == OK


def test_clean_up_has_an_end(told):
    """A handler that never ends after its ConnectionClosed is cancelled after the timeout."""
    with Visit(told, "/linger").open() as visit:
        visit.send_close(1000)
        assert visit.event("lingers")["end"] == OK
        assert visit.event("end")["how"] == "CancelledError"


SPINNING = ["/spin-recv", "/spin-send", "/spin-within", "/spin-gather", "/spin-iterate"]


@pytest.mark.parametrize("path", SPINNING)
@ENDS
def test_nothing_spins(raising, path, end):
    """A loop that swallows what it is told is cancelled after a thousand times."""
    with Ending(raising, path).begin() as visit:
        logged = raising.log.count("swallowed")
        end(visit)
        if path == "/spin-gather":  # its handler has ended by then
            visit.saw("ticker is over")
        else:
            assert visit.how() == "CancelledError"
        quietly = path == "/spin-iterate" and end is goodbye
        assert (raising.log.count("swallowed") - logged) // 100 == (0 if quietly else 10)


def test_what_swallows_its_cancellation(raising):
    """It gets no further than a few rounds in the time, and stops nobody else."""
    with Ending(raising, "/spin-everything").begin() as visit:
        visit.send_close(1000)
        with RawClient(raising) as other:
            assert other.request("/hit?key=none").status == 500
        assert visit.how() == "returned"


# Groups.


def test_a_group_of_nothing_but_the_end(cancelling):
    """It is no error: 1000, and no line in the log."""
    with Ending(cancelling, "/group").begin() as visit:
        assert visit.receive_close().close_code == 1000
        visit.send_close(1000)
        assert visit.how() == "Group"
        assert visit.receive_end() == "eof"
    assert "Group" not in cancelling.log


def test_a_group_with_an_error(server):
    """1011, and its traceback in the log."""
    started = server(APP, config={**CONFIG, "WEBSOCKET_MAX_SIZE": 1000})
    with Ending(started, "/mixed-group").begin() as visit:
        assert visit.receive_close().close_code == 1011
    started.wait_log("mixed_group")


@pytest.mark.skipif(not hasattr(asyncio, "TaskGroup"), reason="Python 3.11")
@pytest.mark.parametrize("policy", ["cancel", "raise"])
@ENDS
def test_a_group_of_tasks(server, policy, end):
    """A child in recv() as the peer goes: no error, in the log or anywhere."""
    started = server(APP, config={**CONFIG, "WEBSOCKET_ON_DISCONNECT": policy})
    before = started.log.count("Traceback")
    with Ending(started, "/task-group").begin() as visit:
        end(visit)
        how = {"cancel": "CancelledError", "raise": "ExceptionGroup"}
        assert visit.how() == how[policy]
    assert started.log.count("Traceback") == before
