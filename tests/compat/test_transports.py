"""What is said of the transports of the event loops, tried on them."""

from __future__ import annotations

import asyncio
import socket
import struct
import sys

import pytest

from sanic_legacy_ws._compat.transports import joins_up_to, unacknowledged, unsent
from tests.connection.rig import LOOPS, run, socket_pair
from tests.support.waiting import until


class Protocol(asyncio.Protocol):
    """Keeps what it is told."""

    def __init__(self):
        self.told = []

    def pause_writing(self):
        self.told.append("pause")

    def connection_lost(self, exc):
        self.told.append("lost")


@pytest.fixture(params=sorted(LOOPS))
def on(request):
    """`on(scenario)`: run it on this loop with a transport, its protocol and the peer's socket."""

    def go(scenario):
        async def main():
            ours, theirs = socket_pair(buffers=1 << 16)
            loop = asyncio.get_event_loop()
            transport, protocol = await loop.connect_accepted_socket(Protocol, ours)
            try:
                await scenario(transport, protocol, theirs)
            finally:
                theirs.close()
                transport.abort()
                await until(lambda: "lost" in protocol.told)

        run(main, LOOPS[request.param])

    return go


def test_what_the_peer_has_not_taken(on):
    """Each of its reads is seen, long before the transport can write again."""

    async def scenario(transport, protocol, peer):
        transport.write(bytes(8 << 20))
        await asyncio.sleep(0)
        held, waiting = unacknowledged(transport), unsent(transport)
        peer.recv(1 << 20)
        await until(lambda: unacknowledged(transport) < held)
        assert unsent(transport) == waiting
        transport.abort()
        await until(lambda: "lost" in protocol.told)
        assert unacknowledged(transport) == 0

    on(scenario)


def gathers(transport):
    return joins_up_to(transport) < sys.maxsize


def test_which_gather(on):
    """uvloop's, and asyncio's from Python 3.14.1 on, for much more at once."""

    async def scenario(transport, protocol, peer):
        asyncios = 1 << 19 if sys.version_info >= (3, 14, 1) else sys.maxsize
        ours = type(transport).__module__.startswith("uvloop")
        assert joins_up_to(transport) == (1 << 15 if ours else asyncios)

    on(scenario)


def test_a_list_of_buffers_pauses(on):
    """What the peer does not take is buffered up to a limit, by either way to write."""

    async def scenario(transport, protocol, peer):
        if gathers(transport):
            transport.writelines([bytes(1 << 20)] * 8)
        else:
            transport.write(bytes(8 << 20))
        assert protocol.told == ["pause"]

    on(scenario)


def test_a_list_of_buffers_for_a_lost_peer(on):
    """It is dropped, with no error and nothing buffered."""

    async def scenario(transport, protocol, peer):
        peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        peer.close()
        for _ in range(3):
            if gathers(transport):
                transport.writelines([b"x" * 1000, b"y" * 1000])
            else:
                transport.write(b"x" * 2000)
        assert transport.get_write_buffer_size() == 0
        await until(lambda: "lost" in protocol.told)

    on(scenario)
