"""`recv_streaming`: a message in pieces, while it arrives."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sanic_legacy_ws import ConnectionClosedError, ConnectionClosedOK
from tests.support.client import BINARY, CONT, TEXT, encode_frame

from .rig import connected, reading_paused, sending_paused, turns, until

MEGABYTE = 1 << 20


async def all_of(ws: Any) -> list[Any]:
    return [piece async for piece in ws.recv_streaming()]


async def test_pieces_as_they_arrive() -> None:
    """Each fragment is there before the next one is sent."""
    async with connected() as (ws, peer):
        pieces = ws.recv_streaming()
        await peer.send(encode_frame(TEXT, b"one ", fin=False))
        assert await pieces.__anext__() == "one "
        await peer.send(encode_frame(CONT, b"two", fin=False))
        assert await pieces.__anext__() == "two"
        await peer.send(encode_frame(CONT))
        with pytest.raises(StopAsyncIteration):
            await pieces.__anext__()
        with pytest.raises(StopAsyncIteration):
            await pieces.__anext__()
        await peer.text("next")
        assert await ws.recv() == "next"
        assert ws.stats.messages_received == 2


async def test_what_is_there_already() -> None:
    """A whole message is one piece, what there is of one the first piece."""
    async with connected() as (ws, peer):
        await peer.text("whole", "")
        await peer.send(
            encode_frame(BINARY, b"be", fin=False), encode_frame(CONT, b"gun", fin=False)
        )
        await peer.arrival(ws)
        assert await all_of(ws) == ["whole"]
        assert await all_of(ws) == [""]
        pieces = ws.recv_streaming()
        assert await pieces.__anext__() == b"begun"
        await peer.send(encode_frame(CONT, b"!"))
        assert [piece async for piece in pieces] == [b"!"]


async def test_two_messages_in_one_read() -> None:
    """The second one waits for its turn, in pieces or not."""
    async with connected() as (ws, peer):
        reading = asyncio.ensure_future(all_of(ws))
        await turns()
        both = encode_frame(TEXT, b"a", fin=False) + encode_frame(CONT, b"b")
        await peer.send(both + both + encode_frame(TEXT, b"last"))
        assert await reading == ["a", "b"]
        assert await all_of(ws) in (["a", "b"], ["ab"])
        assert await ws.recv() == "last"


async def test_a_whole_one_before_a_fragmented_one_in_one_read() -> None:
    """Who waits for pieces gets the first, and nothing of the second is lost."""
    async with connected() as (ws, peer):
        for more in (True, False):
            reading = asyncio.ensure_future(all_of(ws))
            await turns()
            fragment = encode_frame(TEXT, b"a", fin=False)
            last = encode_frame(CONT, b"b")
            await peer.send(encode_frame(TEXT, b"first") + fragment + (b"" if more else last))
            assert await reading == ["first"]
            await peer.send(*[last] * more)
            assert await ws.recv() == "ab"


async def test_one_reader_at_a_time() -> None:
    """While a message is read in pieces, nobody else receives; nor the other way round."""
    async with connected() as (ws, peer):
        pieces = ws.recv_streaming()
        await peer.send(encode_frame(TEXT, b"a", fin=False))
        await pieces.__anext__()
        for call in (ws.recv, ws.recv_burst, ws.recv_streaming().__anext__, lambda: ws.recv(1)):
            with pytest.raises(RuntimeError, match="cannot call recv while"):
                await call()
        await pieces.aclose()
        receiving = asyncio.ensure_future(ws.recv())
        await turns()
        with pytest.raises(RuntimeError, match="cannot call recv while"):
            await ws.recv_streaming().__anext__()
        await peer.send(encode_frame(CONT, b"dropped"))
        await peer.text("next")
        assert await receiving == "next"


async def test_the_peer_is_held_back() -> None:
    """No more is kept than read_limit and what one read brings, without any max_size."""
    async with connected(buffers=65536, max_size=None) as (ws, peer):
        pieces = ws.recv_streaming()
        await peer.send(encode_frame(BINARY, b"x", fin=False))
        assert await pieces.__anext__() == b"x"
        frames = [encode_frame(CONT, bytes(65536), fin=False)] * 160 + [encode_frame(CONT)]
        sending = asyncio.ensure_future(peer.send(*frames))
        await until(lambda: reading_paused(ws))
        await asyncio.sleep(0.05)
        assert not sending.done()
        assert ws.stats.bytes_received < 2 * MEGABYTE
        assert sum([len(piece) async for piece in pieces]) == 10 * MEGABYTE
        await sending
        await peer.text("next")
        assert await ws.recv() == "next"


async def test_a_long_frame_is_held_back_too() -> None:
    """Its pieces are what arrived of it."""
    async with connected(buffers=65536, max_size=None) as (ws, peer):
        pieces = ws.recv_streaming()
        reading = asyncio.ensure_future(pieces.__anext__())
        await turns()
        sending = asyncio.ensure_future(peer.send(encode_frame(TEXT, b"x" * 10 * MEGABYTE)))
        size = len(await reading)
        assert size < 2 * MEGABYTE
        await until(lambda: reading_paused(ws))
        assert ws.stats.bytes_received < 3 * MEGABYTE
        async for piece in pieces:
            size += len(piece)
        assert size == 10 * MEGABYTE
        await sending


async def test_many_small_pieces_are_held_back() -> None:
    """As many as max_queue, and what one turn decodes."""
    async with connected(max_queue=4) as (ws, peer):
        pieces = ws.recv_streaming()
        fragment = encode_frame(CONT, b"x", fin=False)
        await peer.send(encode_frame(TEXT, b"x", fin=False))
        assert await pieces.__anext__() == "x"
        await peer.send(fragment * 30_000, encode_frame(CONT))
        await until(lambda: reading_paused(ws))
        assert "".join([piece async for piece in pieces]) == "x" * 30_000


async def test_max_size_is_that_of_the_message() -> None:
    """1009 once the pieces together are longer; those before can be read."""
    async with connected(max_size=10) as (ws, peer):
        pieces = ws.recv_streaming()
        reading = asyncio.ensure_future(pieces.__anext__())
        await turns()
        await peer.send(encode_frame(TEXT, b"123456", fin=False), encode_frame(CONT, b"78901"))
        peer.end()
        assert await reading == "123456"
        with pytest.raises(ConnectionClosedError, match="message is over the limit of 10 bytes"):
            await pieces.__anext__()
        assert (await peer.read()).close_code == 1009


async def test_the_peer_leaves_in_between() -> None:
    """What it sent comes first, then ConnectionClosed."""
    async with connected() as (ws, peer):
        pieces = ws.recv_streaming()
        await peer.send(encode_frame(TEXT, b"a", fin=False))
        assert await pieces.__anext__() == "a"
        await peer.send(encode_frame(CONT, b"b", fin=False))
        await peer.close(1000)
        await ws.wait_closed()
        assert await pieces.__anext__() == "b"
        for _ in range(2):
            with pytest.raises(ConnectionClosedOK):
                await pieces.__anext__()


async def test_the_peer_leaves_while_pieces_wait() -> None:
    """They are read first, all of them, and its close frame is found behind them."""
    async with connected(max_size=None) as (ws, peer):
        pieces = ws.recv_streaming()
        await peer.send(encode_frame(BINARY, b"x", fin=False))
        assert await pieces.__anext__() == b"x"
        fragment = encode_frame(CONT, bytes(10_000), fin=False)
        await peer.send(*[fragment] * 12, encode_frame(CONT))
        await peer.close(4000)
        await peer.arrival(ws)
        assert sum([len(piece) async for piece in pieces]) == 120_000
        with pytest.raises(ConnectionClosedError):
            await ws.recv()
        assert ws.close_code == 4000


async def test_the_peer_resets_while_pieces_wait() -> None:
    """What had arrived can be read."""
    async with connected(max_size=None) as (ws, peer):
        pieces = ws.recv_streaming()
        await peer.send(encode_frame(BINARY, b"x", fin=False))
        assert await pieces.__anext__() == b"x"
        await peer.send(*[encode_frame(CONT, bytes(10_000), fin=False)] * 9)
        await peer.arrival(ws)
        ws.transport.abort()
        await ws.wait_closed()
        size = 0
        with pytest.raises(ConnectionClosedError):
            async for piece in pieces:
                size += len(piece)
        assert size == 90_000


async def test_we_close_while_pieces_wait() -> None:
    """The closing handshake is not held up."""
    async with connected(max_size=None) as (ws, peer):
        pieces = ws.recv_streaming()
        await peer.send(encode_frame(BINARY, b"x", fin=False))
        assert await pieces.__anext__() == b"x"
        fragment = encode_frame(CONT, bytes(65536), fin=False)
        sending = asyncio.ensure_future(peer.send(*[fragment] * 200))
        await until(lambda: reading_paused(ws))
        closing = asyncio.ensure_future(ws.close(1000))
        await sending
        await peer.answer_close()
        await asyncio.wait_for(closing, 5)
        assert ws.close_code == 1000


async def test_given_up() -> None:
    """The rest of the message is dropped, also where nobody said so."""
    async with connected() as (ws, peer):
        await peer.send(encode_frame(TEXT, b"a", fin=False), encode_frame(CONT, b"b", fin=False))
        await peer.arrival(ws)
        async for piece in ws.recv_streaming():
            assert piece == "ab"
            break
        await peer.send(encode_frame(CONT, b"c"))
        await peer.text("next")
        assert await ws.recv() == "next"


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("ended", [False, True])
async def test_given_up_before_the_first_piece(opcode: int, ended: bool) -> None:
    """A message that nobody began to read is lost to nobody."""
    async with connected() as (ws, peer):
        pieces = ws.recv_streaming()
        reading = asyncio.ensure_future(pieces.__anext__())
        await turns()
        ws.data_received(encode_frame(opcode, b"a\xc3", fin=False))
        if ended:
            ws.data_received(encode_frame(CONT, b"\xa9"))
        reading.cancel()  # it was woken, and has not run
        with pytest.raises(asyncio.CancelledError):
            await reading
        await pieces.aclose()
        if not ended:
            await peer.send(encode_frame(CONT, b"\xa9"))
        assert await ws.recv() == ("a\u00e9" if opcode == TEXT else b"a\xc3\xa9")


async def test_a_wait_may_be_cancelled() -> None:
    """The next one goes on where it was."""
    async with connected() as (ws, peer):
        pieces = ws.recv_streaming()
        await peer.send(encode_frame(TEXT, b"a", fin=False))
        assert await pieces.__anext__() == "a"
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(pieces.__anext__(), 0.01)
        await peer.send(encode_frame(CONT, b"b"))
        assert [piece async for piece in pieces] == ["b"]


async def test_sending_meanwhile() -> None:
    """A reader of pieces that answers each is no slower than any."""
    async with connected(buffers=4096, max_size=None) as (ws, peer):

        async def echo() -> None:
            async for piece in ws.recv_streaming():
                await ws.send(piece)

        echoing = asyncio.ensure_future(echo())
        await peer.send(encode_frame(BINARY, b"x", fin=False))
        assert (await peer.read()).payload == b"x"
        for _ in range(20):
            await peer.send(encode_frame(CONT, bytes(1000), fin=False))
            assert len((await peer.read()).payload) > 0
        await peer.send(encode_frame(CONT))
        await echoing
        assert not sending_paused(ws)
