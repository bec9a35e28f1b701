"""Who closes, with what code and reason, and what the handler is told."""

from __future__ import annotations

from urllib.parse import quote

import pytest

from tests.support import RawClient

from .client import read_all, talk
from .otherwise import CODES, REASONLESS, otherwise

RAISE = {"WEBSOCKET_ON_DISCONNECT": "raise"}


@otherwise("daphne", REASONLESS, code=4001)
@otherwise("daphne", CODES, code=1011)
@pytest.mark.parametrize(("code", "reason"), [(1000, ""), (4001, "b\u00fd"), (1011, "r" * 123)])
def test_handler_closes(serve, key, code, reason):
    """close() sends its code and reason; recv and send raise ConnectionClosed then."""
    server = serve()
    path = f"/close?code={code}&reason={quote(reason)}&key={key}"
    assert read_all(server, path) == ([], code, reason)
    told = server.wait_event("told", key=key)
    assert told["sent"] == [code, reason]
    assert told["closed"]
    assert told["recv"].startswith("ConnectionClosed")
    assert told["send"] == told["recv"]


@otherwise("granian", REASONLESS)
@otherwise("daphne", REASONLESS)
def test_peer_closes(serve, key, hides_codes):
    """The peer's code and reason are in the exception and on the connection."""
    server = serve(**RAISE)

    async def leave(ws):
        await ws.close(4002, "done")

    talk(server, f"/echo?key={key}", leave)
    told = server.wait_event("told", key=key)
    code, reason = (1006, "") if hides_codes else (4002, "done")
    assert told["end"] == f"ConnectionClosedError({code}, {reason!r})"
    assert (told["code"], told["reason"]) == (code, reason)


def test_peer_goes_without_a_word(serve, key, code_of_a_loss):
    """A lost TCP connection raises ConnectionClosedError."""
    server = serve(**RAISE)
    with RawClient(server) as client:
        client.handshake(f"/echo?key={key}")
        client.send_text("hi")
        assert client.receive_message() == "hi"
    told = server.wait_event("told", key=key)
    assert told["end"] == f"ConnectionClosedError({code_of_a_loss}, '')"


@pytest.mark.parametrize("policy", ["cancel", "raise"])
def test_unread_messages_come_first(serve, key, policy):
    """A handler that reads is cancelled, or told, when it has read what came before the close."""
    server = serve(WEBSOCKET_ON_DISCONNECT=policy)
    with RawClient(server) as client:
        client.handshake(f"/unread?key={key}")
        for message in ("1", "2", "3"):
            client.send_text(message)
        client.close(4003)
    told = server.wait_event("told", key=key)
    assert told["messages"] == ["1", "2", "3"]
    expected = {"cancel": "CancelledError", "raise": "ConnectionClosedError"}
    assert told["end"].startswith(expected[policy])


@otherwise("daphne", REASONLESS)
def test_fail_connection(serve):
    """fail_connection() closes with its code and reason."""
    assert read_all(serve(), "/fail") == ([], 4005, "enough")


@otherwise("daphne", CODES, ending="value")
@pytest.mark.parametrize(
    ("ending", "code"), [("value", 1011), ("closed", 1000), ("cancelled", 1000), ("returns", 1000)]
)
def test_end_of_the_handler(serve, ending, code):
    """1011 if the handler raised, 1000 for any other end; nothing lacks an attribute."""
    server = serve()
    assert read_all(server, f"/raises?kind={ending}")[1] == code
    assert "AttributeError" not in server.log


def test_handler_that_waits_for_nothing(serve, key):
    """Nothing waits on the socket and nothing is left to read: the handler is cancelled."""
    server = serve()
    with RawClient(server) as client:
        client.handshake(f"/sleeps?key={key}")
        server.wait_event("told", key=key, step="begun")
    assert server.wait_event("told", key=key, step="ended")


def test_handler_that_lingers(new_server, key):
    """A handler that goes on after ConnectionClosed is cancelled after WEBSOCKET_TIMEOUT."""
    server = new_server(config={**RAISE, "WEBSOCKET_TIMEOUT": 0.3})
    try:
        server.start()
        with RawClient(server) as client:
            client.handshake(f"/lingers?key={key}")
            client.close(4000)
        assert "ConnectionClosed" in server.wait_event("told", key=key, step="ended")["end"]
        server.wait_event("told", key=key, step="cancelled")
    finally:
        server.close()


def test_peer_that_is_gone_at_once(serve, key):
    """A handler learns of a peer that came and went before it began, too."""
    server = serve(
        **RAISE, WEBSOCKET_TIMEOUT=0.3
    )  # granian answers a close when the handler is over
    for number in range(10):
        with RawClient(server) as client:
            client.handshake(f"/lingers?key={key}{number}")
            client.close(4000)
        told = server.wait_event("told", key=f"{key}{number}", step="ended")
        assert told["end"].startswith("ConnectionClosed")


def test_handler_that_waits_in_recv(serve, key):
    """By default it is cancelled."""
    server = serve()
    with RawClient(server) as client:
        client.handshake(f"/lingers?key={key}")
        server.wait_event("told", key=key, step="begun")
        client.send_close(4000)  # granian answers when the handler has ended
        client.half_close()  # uvicorn waits for it
        assert server.wait_event("told", key=key, step="ended")["end"] == "CancelledError"


def test_handler_that_cancels_its_reader(serve, key):
    """It is cancelled before the task that reads is told, and never sees it fail."""
    server = serve()
    with RawClient(server) as client:
        client.handshake(f"/reads-in-a-task?key={key}")
        client.send_text("1")
        server.wait_event("told", key=key, step="begun")
        client.close(1000)
    assert server.wait_event("told", key=key, step="ended")["end"] == "CancelledError"
