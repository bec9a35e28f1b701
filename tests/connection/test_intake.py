"""Large messages that the transport reads into place, and what else happens meanwhile."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sanic_legacy_ws import ConnectionClosedError
from sanic_legacy_ws.connection.intake import Intake
from tests.support.client import BINARY, CLOSE, TEXT, encode_frame

from .rig import BOUND, connected, reading_paused, sending_paused, until

SIZE = 3 << 20
LARGE = bytes(range(256)) * (SIZE // 256)
FRAME = encode_frame(BINARY, LARGE)


def taken_in(ws: Any) -> bool:
    return isinstance(ws.transport.get_protocol(), Intake)


async def half_sent(ws: Any, peer: Any) -> None:
    """Send half of a large message, and wait until it is being read into place."""
    await peer.send(FRAME[: SIZE // 2])
    await until(lambda: taken_in(ws) and ws.stats.bytes_received == SIZE // 2)


async def test_order() -> None:
    """Large and small messages arrive whole and in order."""
    async with connected(max_size=None) as (ws, peer):
        text = encode_frame(TEXT, LARGE[:128] * 8192)
        stream = [encode_frame(TEXT, b"a"), FRAME, encode_frame(TEXT, b"b"), FRAME, text]
        sending = asyncio.ensure_future(peer.send(*stream))
        received = [await ws.recv() for _ in range(5)]
        await sending
        assert received == ["a", LARGE, "b", LARGE, (LARGE[:128] * 8192).decode("latin-1")]
        assert ws.stats.bytes_received == sum(map(len, stream))


async def test_the_protocol_comes_back() -> None:
    """Afterwards the transport has its own protocol again; meanwhile it answers like it."""
    async with connected(max_size=None) as (ws, peer):
        await half_sent(ws, peer)
        assert ws.transport.get_protocol().max_queue == 32
        await peer.send(FRAME[SIZE // 2 :])
        assert await ws.recv() == LARGE
        assert ws.transport.get_protocol() is ws


@pytest.mark.parametrize("end", ["end", "reset"])
async def test_peer_gone(end: str) -> None:
    """A peer that goes in the middle of a large message leaves 1006."""
    async with connected(max_size=None) as (ws, peer):
        await half_sent(ws, peer)
        getattr(peer, end)()
        with pytest.raises(ConnectionClosedError):
            await asyncio.wait_for(ws.recv(), BOUND)
        assert ws.close_code == 1006


async def test_closed_meanwhile() -> None:
    """The close handshake waits for the end of a large message, which is still delivered."""
    async with connected(max_size=None) as (ws, peer):
        await half_sent(ws, peer)
        closing = asyncio.ensure_future(ws.close(1001))
        frame = await peer.read()
        assert (frame.opcode, frame.close_code) == (CLOSE, 1001)
        await peer.send(FRAME[SIZE // 2 :])
        await peer.close(1001)
        await closing
        assert await ws.recv() == LARGE
        assert ws.close_code == 1001


async def test_failed_meanwhile() -> None:
    """A connection that fails reads on, drops what it reads, and tells the peer why."""
    async with connected(max_size=None) as (ws, peer):
        await half_sent(ws, peer)
        ws.fail_connection(1008, "enough")
        frame = await peer.read()
        assert (frame.opcode, frame.close_code) == (CLOSE, 1008)
        await peer.send(FRAME[SIZE // 2 :])
        peer.sock.close()
        await asyncio.wait_for(ws.wait_closed(), BOUND)
        assert not ws.messages


async def test_backpressure_meanwhile() -> None:
    """A send that waits for the peer goes on when the peer reads, whatever is being received."""
    async with connected(max_size=None, buffers=1 << 16) as (ws, peer):
        await half_sent(ws, peer)

        async def send() -> None:
            for _ in range(64):
                await ws.send(LARGE[: 1 << 16])

        sending = asyncio.ensure_future(send())
        await until(lambda: sending_paused(ws))
        for _ in range(64):
            assert (await peer.read()).payload == LARGE[: 1 << 16]
        await asyncio.wait_for(sending, BOUND)
        await peer.send(FRAME[SIZE // 2 :])
        assert await ws.recv() == LARGE


async def test_full_queue() -> None:
    """With a full queue a large message is left to the peer's side."""
    async with connected(max_size=None, max_queue=1) as (ws, peer):
        sending = asyncio.ensure_future(peer.send(encode_frame(TEXT, b"a"), FRAME, FRAME))
        await until(lambda: reading_paused(ws))
        assert not taken_in(ws)
        assert await ws.recv() == "a"
        assert await ws.recv() == LARGE
        assert await ws.recv() == LARGE
        await sending
