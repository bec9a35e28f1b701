"""A TCP reset, at whatever moment, ends one connection and leaves nothing behind."""

from __future__ import annotations

import pytest

from tests.support import RawClient
from tests.support.client import TEXT

from .tools import CALM, assert_quiet, assert_serves

HEAD = b"GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgrade: websocket\r\nSec-WebSo"
GONE = "ConnectionClosedError(1006, '')"


@pytest.fixture
def faults(server, loop):
    started = server("faults", loop=loop, config=CALM)
    yield started
    assert_serves(started)
    assert_quiet(started)


def reset(server, *sent, path="/echo"):
    """Open a WebSocket, send, reset."""
    client = RawClient(server)
    client.handshake(path)
    for data in sent:
        client.send_raw(data)
    client.abort()


def test_in_the_request_head(faults):
    """Half a request and a reset: no handler, no trace."""
    client = RawClient(faults)
    client.send_raw(HEAD)
    client.abort()


def test_right_behind_the_request(faults):
    """The upgrade is under way when the reset arrives."""
    client = RawClient(faults)
    client.send_raw(
        HEAD + b"cket-Key: AAAAAAAAAAAAAAAAAAAAAA==\r\nConnection: Upgrade\r\n"
        b"Sec-WebSocket-Version: 13\r\n\r\n"
    )
    client.abort()


@pytest.mark.parametrize(
    "sent",
    [
        pytest.param([], id="after the 101"),
        pytest.param([b"\x81"], id="in a frame header"),
        pytest.param([b"\x81\xfe\x10\x00mask" + b"x" * 100], id="in a frame"),
        pytest.param([b"\x01\x83mask123"], id="in a message"),
        pytest.param([b"\x88\x82"], id="in a close frame"),
    ],
)
def test_in_the_stream(faults, sent):
    """The handler's recv raises ConnectionClosedError 1006, on a closed connection."""
    before = len(faults.events("echo", end=GONE))
    reset(faults, *sent)
    while len(faults.events("echo", end=GONE)) == before:
        faults.wait_event("echo", end=GONE)
    assert faults.events("echo", end=GONE)[-1]["closed"]


def test_right_behind_a_close_frame(faults):
    """The peer's close frame counts, whether the answer arrived or not."""
    reset(faults, b"\x88\x82mask" + bytes([0x03 ^ ord("m"), 0xE8 ^ ord("a")]))
    event = faults.wait_event("echo", end="ConnectionClosedOK(1000, '')")
    assert event["closed"]


def test_instead_of_an_answer_to_our_close_frame(faults):
    """close() returns, and the connection ended with 1006: the peer sent no close frame."""
    client = RawClient(faults)
    client.handshake("/close")
    client.send_frame(TEXT, b"now")
    assert client.receive_close().close_code == 4000
    client.abort()
    faults.wait_event("close", code=1006, sent=4000)


def test_while_we_send(faults):
    """A send that waits for the peer gets ConnectionClosedError."""
    client = RawClient(faults, rcvbuf=4096)
    client.handshake("/flood?n=1000")
    client.receive_exactly(100000)
    client.abort()
    event = faults.wait_event("flood", end=GONE)
    assert event["sent"] < 1000
