"""Handlers that hold the event loop, or that do not end with their connection."""

from __future__ import annotations

from functools import partial

import pytest

from tests.support import RawClient
from tests.support.client import PING, PONG
from tests.support.waiting import eventually

from .tools import EAGER, assert_quiet, assert_serves, counts

Peer = partial(RawClient, answers_pings=True)


@pytest.fixture
def faults(server, loop):
    started = server("faults", loop=loop, config=EAGER)
    yield started
    assert_serves(started)
    assert_quiet(started)


def test_that_blocks_the_loop(faults):
    """2 s without the loop are no reason for keepalive to end a connection, this or another."""
    with RawClient(faults) as other, Peer(faults) as client:
        other.handshake("/echo")
        ping = other.receive_frame()  # its pong arrives while the loop is blocked
        assert ping.opcode == PING
        other.answers_pings = True
        client.handshake("/block")
        client.send_text("2")
        other.send_frame(PONG, ping.payload)
        assert client.receive_message() == "slept 2"
        other.send_text("here")
        assert other.receive_message() == "here"
        client.send_text("0")
        assert client.receive_message() == "slept 0"


def test_that_waits_for_something_else(faults):
    """It is cancelled as soon as its connection is gone."""
    seen = len(faults.events("cancelled"))
    with Peer(faults) as client:
        client.handshake("/forever")
        client.close()
    eventually(lambda: len(faults.events("cancelled")) > seen)


def test_that_swallows_its_cancellation(faults):
    """It is cancelled again, until it ends."""
    seen = len(faults.events("swallowed"))
    with Peer(faults) as client:
        client.handshake("/stubborn?n=3")
        client.close()
    eventually(lambda: len(faults.events("swallowed")) == seen + 3)


def test_that_cleans_up_for_too_long(faults):
    """It has the close timeout, then it is cancelled."""
    eventually(lambda: counts(faults)["connections"] == 0)
    tasks = counts(faults)["tasks"]
    with Peer(faults) as client:
        client.handshake("/cleanup")
        client.close()
    faults.wait_event("cleaning")
    eventually(lambda: counts(faults)["tasks"] <= tasks)


def test_that_ignores_the_end(faults):
    """Calling recv() in a loop whatever it raises, it holds nobody up, and is cancelled in time."""
    with Peer(faults) as other, Peer(faults) as client:
        other.handshake("/echo")
        client.handshake("/relentless")
        client.close()
        other.send_text("here")
        assert other.receive_message() == "here"
    faults.wait_event("stopped")
