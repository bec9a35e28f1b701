"""A peer that is gone without a word, behind a proxy that holds the connection open."""

from __future__ import annotations

import socket

import pytest

from tests.support import RawClient
from tests.support.client import BINARY, PING, PONG, encode_frame
from tests.support.waiting import eventually

from .tools import EAGER, assert_quiet, assert_serves, stalling_proxy

GONE = "ConnectionClosedError(1006, '')"


@pytest.fixture
def faults(server, loop):
    started = server("faults", loop=loop, config=EAGER)
    yield started
    assert_serves(started)
    assert_quiet(started)


def test_keepalive_finds_out(faults):
    """Pings go unanswered: recv raises, within the intervals and the close timeout."""
    with stalling_proxy(faults) as proxy, RawClient(proxy.address) as client:
        client.handshake("/echo")
        ping = client.receive_frame()
        assert ping.opcode == PING
        client.send_frame(PONG, ping.payload)
        seen = len(faults.events("echo", end=GONE))
        proxy.stall()
        while len(faults.events("echo", end=GONE)) == seen:
            faults.wait_event("echo", end=GONE)


def test_keepalive_finds_out_behind_a_full_buffer(faults):
    """The same while send waits: the ping itself can't leave."""
    with stalling_proxy(faults) as proxy, RawClient(proxy.address) as client:
        client.handshake("/flood?n=2000")
        proxy.stall()
        event = faults.wait_event("flood", end=GONE)
        assert event["sent"] < 2000


def test_close_does_not_wait_for_ever(faults):
    """close() returns after the close timeout; the end is a 1006, as no close frame came."""
    with stalling_proxy(faults) as proxy, RawClient(proxy.address) as client:
        client.handshake("/close")
        client.send_text("now")
        assert client.receive_frame().opcode in (PING, 8)
        proxy.stall()
        faults.wait_event("close", code=1006, sent=4000)


def test_a_handler_that_never_reads_is_told(server, loop):
    """The queue is full, so nothing is read: keepalive's pings find out about a reset."""
    faults = server("faults", loop=loop, config={**EAGER, "WEBSOCKET_PING_TIMEOUT": 4})
    seen = len(faults.events("deaf", code=1006))
    with RawClient(faults, timeout=1) as client:
        client.handshake("/deaf")
        with pytest.raises(socket.timeout):
            client.send_raw(encode_frame(BINARY, bytes(1 << 16)) * 1000)
        client.abort()
    eventually(lambda: len(faults.events("deaf", code=1006)) > seen)
