"""One message to many connections."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any, AsyncIterator

import pytest

from sanic_legacy_ws import broadcast
from sanic_legacy_ws.exceptions import InvalidState
from sanic_legacy_ws.wire.deflate import DeflateParameters, negotiate
from tests.support.client import BINARY, PING, TEXT, Frame

from .rig import connected, turns, until


@contextlib.asynccontextmanager
async def _many(count: int, **kwargs: Any) -> AsyncIterator[tuple[list[Any], list[Any]]]:
    async with contextlib.AsyncExitStack() as stack:
        pairs = [await stack.enter_async_context(connected(**kwargs)) for _ in range(count)]
        yield [ws for ws, _ in pairs], [peer for _, peer in pairs]


@pytest.mark.parametrize(
    ("message", "frame"),
    [
        ("häh", Frame(TEXT, b"h\xc3\xa4h")),
        (b"\xff" * 200, Frame(BINARY, b"\xff" * 200)),
        (bytearray(b"ab"), Frame(BINARY, b"ab")),
        (memoryview(b"ab"), Frame(BINARY, b"ab")),
    ],
)
async def test_all_get_it(message: Any, frame: Frame) -> None:
    """At once, without waiting."""
    async with _many(3) as (connections, peers):
        assert broadcast(connections, message) == []
        assert [await peer.read() for peer in peers] == [frame] * 3
        assert [ws.stats.messages_sent for ws in connections] == [1] * 3


@pytest.mark.parametrize("message", [1, None, ["a"], {"a": 1}])
def test_what_is_no_message(message: Any) -> None:
    """TypeError, though nobody is there to get it."""
    with pytest.raises(TypeError):
        broadcast([], message)


async def test_order_among_other_messages() -> None:
    """Behind what was sent before in the same turn, before what is sent after."""
    async with connected() as (ws, peer):
        await ws.send("a")
        await ws.ping(b"p")
        broadcast([ws], "b")
        await ws.send("c")
        assert ws.stats.messages_sent == 3
        broadcast({ws}, b"d")
        assert [await peer.read() for _ in range(5)] == [
            Frame(TEXT, b"a"),
            Frame(PING, b"p"),
            Frame(TEXT, b"b"),
            Frame(TEXT, b"c"),
            Frame(BINARY, b"d"),
        ]
        assert ws.stats.messages_sent == 4


async def test_behind_a_large_message_of_the_same_turn() -> None:
    """A peer that reads is not slow."""
    async with connected() as (ws, peer):
        await ws.send("x" * 100_000)
        assert broadcast([ws], "y") == []
        assert [(await peer.read()).payload[:1] for _ in range(2)] == [b"x", b"y"]


async def test_connections_that_are_not_open_are_passed_over() -> None:
    """Connecting, closing or closed: they miss nothing that they could have had."""
    async with _many(2) as (connections, peers), connected(opened=False) as (connecting, _):
        await peers[0].close(1000)
        await connections[0].wait_closed()
        connections[1].end_connection()
        assert broadcast([*connections, connecting], "x", raise_exceptions=True) == []


@pytest.mark.parametrize("behind", [False, True])
async def test_a_slow_connection_is_skipped(behind: bool) -> None:
    """Nothing grows for a peer that does not read, also where all is sent in one turn."""
    async with connected(buffers=4096) as (slow, _), connected() as (ws, peer):
        if behind:
            await slow.send("first")
        skipped = [broadcast([slow, ws], bytes(10_000)) for _ in range(100)]
        assert skipped[0] == []
        assert skipped[-1] == [slow]
        assert slow.transport.get_write_buffer_size() < 200_000
        assert [(await peer.read()).opcode for _ in range(100)] == [BINARY] * 100
        with pytest.raises(RuntimeError):
            broadcast([slow, ws], "x", raise_exceptions=True)
        assert await peer.read() == Frame(TEXT, b"x")
        assert slow.open


async def test_a_slow_connection_may_be_closed() -> None:
    """With 1013; its peer finds that behind what it has not read."""
    async with connected(buffers=4096) as (slow, peer):
        while not broadcast([slow], bytes(10_000), close_slow=True):
            pass
        frames = await peer.read_all()
        assert frames[-1].close_code == 1013


async def test_amid_a_fragmented_message() -> None:
    """It is skipped, but is not slow: close_slow leaves it alone."""
    async with connected() as (ws, peer):
        more: asyncio.Future[None] = asyncio.get_event_loop().create_future()

        async def source() -> AsyncIterator[str]:
            yield "a"
            await more

        sending = asyncio.ensure_future(ws.send(source()))
        await turns()
        assert broadcast([ws], "x", close_slow=True) == [ws]
        assert ws._fragmented_message_waiter is not None
        assert ws.open
        more.set_result(None)
        await sending
        assert broadcast([ws], "y") == []
        assert [(await peer.read()).payload for _ in range(3)] == [b"a", b"", b"y"]


async def test_for_the_broadcast_of_websockets() -> None:
    """A whole message at once, whatever waits; it asks for a fragmented message itself."""
    async with connected(buffers=4096) as (ws, peer):
        assert ws._fragmented_message_waiter is None
        for _ in range(50):
            ws.write_frame_sync(True, BINARY, bytearray(10_000))
        ws.write_frame_sync(True, TEXT, b"last")
        assert [(await peer.read()).opcode for _ in range(51)] == [BINARY] * 50 + [TEXT]
        for fin, opcode in ((False, TEXT), (True, PING)):
            with pytest.raises(NotImplementedError):
                ws.write_frame_sync(fin, opcode, b"x")
        ws.end_connection()
        with pytest.raises(InvalidState, match="CLOSING"):
            ws.write_frame_sync(True, TEXT, b"x")


async def test_compressed_by_each_ones_setting() -> None:
    """A frame is made once for all of one setting; plain where that is agreed, or short."""
    async with _many(4) as (connections, peers):
        for ws, bits in zip(connections, (15, 15, 9)):
            agreed = negotiate(
                f"permessage-deflate; server_max_window_bits={bits}", DeflateParameters()
            )
            assert agreed is not None
            ws.use_deflate(agreed[1])
        await connections[0].send("context " * 100)
        assert (await peers[0].read()).rsv == 4
        broadcast(connections, "context " * 100)
        frames = [await peer.read() for peer in peers]
        assert [frame.rsv for frame in frames] == [4, 4, 4, 0]
        assert frames[0] == frames[1]
        broadcast(connections, "short")
        assert [await peer.read() for peer in peers] == [Frame(TEXT, b"short")] * 4
        await until(lambda: not connections[0]._out)


async def test_peers_that_were_reset(caplog: pytest.LogCaptureFixture) -> None:
    """They are passed over as soon as a write has shown it; asyncio has nothing to log."""
    async with _many(3) as (connections, peers):
        for peer in peers:
            peer.reset()
        for _ in range(20):
            assert broadcast(connections, "x" * 100) == []
        assert not [record for record in caplog.records if record.name == "asyncio"]
