"""Peers that read slowly, handlers that do: what is queued is bounded, nothing is lost."""

from __future__ import annotations

import pytest

from tests.support import RawClient

from .tools import CALM, assert_quiet, assert_serves, rss

MIB = 1 << 20
SIZE = 1 << 16


@pytest.fixture
def faults(server, loop):
    started = server("faults", loop=loop, config=CALM)
    yield started
    assert_serves(started)
    assert_quiet(started)


def echoes(server, count):
    """Another connection is served meanwhile."""
    with RawClient(server) as client:
        client.handshake("/echo")
        for number in range(count):
            client.send_text(str(number))
            assert client.receive_message() == str(number)
        client.close()


def test_reader_that_stops(faults):
    """1,000 messages of 64 KiB for a peer that does not read: 8 MiB more at most, none lost."""
    echoes(faults, 10)
    before = rss(faults.pid)
    with RawClient(faults, rcvbuf=4096) as client:
        client.handshake("/flood?n=1000")
        echoes(faults, 200)
        assert rss(faults.pid) < before + 8 * MIB
        assert not faults.events("flooded")
        for number in range(1000):
            message = client.receive_message()
            assert (int.from_bytes(message[:4], "big"), len(message)) == (number, SIZE)
        assert rss(faults.pid) < before + 8 * MIB
        faults.wait_event("flooded", sent=1000)
        client.close()


def test_tasks_that_send_to_a_reader_that_stops(faults):
    """1,000 tasks send at once: their messages wait in them, not in a buffer."""
    echoes(faults, 10)
    before = rss(faults.pid)
    with RawClient(faults, rcvbuf=4096) as client:
        client.handshake("/queue?n=1000")
        echoes(faults, 100)
        assert rss(faults.pid) < before + 24 * MIB
        for _ in range(1000):
            assert len(client.receive_message()) == SIZE
        faults.wait_event("queue", sent=1000, failed=0)
        client.close()


def test_consumer_that_is_slow(faults):
    """300 messages of 64 KiB for a handler that takes one every 2 ms: 8 MiB more at most."""
    echoes(faults, 10)
    before = rss(faults.pid)
    with RawClient(faults) as client:
        client.handshake("/slow")
        for number in range(300):
            client.send_text(f"{number}:".ljust(SIZE))
            assert rss(faults.pid) < before + 8 * MIB
        client.send_close(1000)
        assert client.receive_close(30).close_code == 1000
    faults.wait_event("slow", read=300, code=1000)
