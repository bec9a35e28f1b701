"""Bytes into the queue: max_queue and read_limit become TCP backpressure, a turn has its bounds."""

from __future__ import annotations

import asyncio
import contextlib
import zlib
from collections import Counter
from typing import Any

import pytest

from sanic_legacy_ws import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
from sanic_legacy_ws.connection import LegacyWebSocket, State
from sanic_legacy_ws.connection.reading import Lookout
from sanic_legacy_ws.wire.deflate import DeflateParameters, negotiate
from tests.support.client import BINARY, CLOSE, PONG, TEXT, Frame, encode_frame

from .rig import connected, full, reading_paused, turns, until


async def test_up_to_max_queue_messages_are_read() -> None:
    """Control frames are honoured up to there; then everything waits, and goes on in order."""
    async with connected(max_queue=4) as (ws, peer):
        for number in range(3):
            await peer.text(str(number))
            await peer.ping(str(number).encode())
        for number in range(3):
            assert await peer.read() == Frame(PONG, str(number).encode())
        await peer.text("3", "4")
        await peer.ping(b"late")
        await until(lambda: len(ws.messages) == 4)
        await asyncio.sleep(0.01)
        assert peer.silence()
        assert [await ws.recv() for _ in range(5)] == list("01234")
        assert await peer.read() == Frame(PONG, b"late")


@pytest.mark.parametrize("read_limit", [1, 1 << 16])
async def test_backpressure(read_limit: int) -> None:
    """A peer that sends more than is read is stopped by TCP, and nothing grows here."""
    size = 10_000
    async with connected(max_queue=2, read_limit=read_limit, buffers=4096) as (ws, peer):
        sending = asyncio.ensure_future(peer.text(*[chr(97 + i) * size for i in range(26)] * 20))
        await until(lambda: reading_paused(ws))
        await asyncio.sleep(0.02)
        assert not sending.done()
        assert len(ws.messages) == 2
        assert ws.stats.bytes_received <= 2 * size + read_limit + (1 << 18)  # and one read
        received = [await ws.recv() for _ in range(520)]
        assert [message[0] for message in received] == list("abcdefghijklmnopqrstuvwxyz") * 20
        await sending
        assert not reading_paused(ws)


async def test_a_reset_while_nothing_is_read() -> None:
    """It is found out without a ping; what had arrived is read, then the reason is told."""
    async with connected(max_queue=2, read_limit=1, ping_interval=None) as (ws, peer):
        sent = [str(number) for number in range(100)]
        await peer.text(*sent[:50])
        await until(lambda: reading_paused(ws))
        await peer.text(*sent[50:])
        peer.reset()
        await until(lambda: ws.closed)
        assert [await ws.recv() for _ in sent] == sent
        with pytest.raises(ConnectionClosedError) as caught:
            await ws.recv()
        assert isinstance(caught.value.__cause__, ConnectionResetError)


async def test_resets_while_nothing_is_read() -> None:
    """One connection in a turn of the loop reads what its peer had sent."""
    loop = asyncio.get_event_loop()
    turn = 0
    told: dict[LegacyWebSocket, int] = {}

    class Told(LegacyWebSocket):
        def _peer_is_gone(self) -> None:
            told[self] = turn
            super()._peer_is_gone()

    def next_turn() -> None:
        nonlocal turn
        turn += 1
        if len(told) < 3:
            loop.call_soon(next_turn)

    async with contextlib.AsyncExitStack() as stack:
        kinds = [connected(Told, max_queue=2, read_limit=1) for _ in range(3)]
        pairs = [await stack.enter_async_context(each) for each in kinds]
        for _, peer in pairs:
            await peer.text(*"0123")
        await until(lambda: all(reading_paused(ws) for ws, _ in pairs))
        for _, peer in pairs:
            peer.reset()
        await asyncio.sleep(0.05)  # for the resets to arrive
        next_turn()
        Lookout.of(loop)._look(loop)
        await until(lambda: all(ws.closed for ws, _ in pairs))
    assert sorted(set(told.values())) == sorted(told.values())
    assert len(told) == 3


async def test_a_peer_that_is_read_again_is_not_looked_at() -> None:
    """A queue that was full for a moment costs nothing later."""
    async with connected(max_queue=2, read_limit=1, ping_interval=None) as (ws, peer):
        await peer.text(*"0123")
        await until(lambda: reading_paused(ws))
        assert [await ws.recv() for _ in range(4)] == list("0123")
        await until(lambda: not reading_paused(ws))
        assert ws in Lookout.of(ws.loop).watched
        await until(lambda: not Lookout.of(ws.loop).watched)
        await peer.text("on")
        assert await ws.recv() == "on"


async def test_closing_in_the_turn_in_which_room_is_made() -> None:
    """What was to go on has gone on already."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one", "two")
        await until(lambda: full(ws))
        assert await ws.recv() == "one"
        ws.end_connection()
        await peer.close(1000)
        assert [message async for message in ws] == ["two"]


async def test_failing_while_reading_is_paused() -> None:
    """Reading goes on, to find the end of the stream."""
    async with connected(max_queue=1, read_limit=1) as (ws, peer):
        await peer.text("one", "two", "three")
        await until(lambda: reading_paused(ws))
        ws.fail_connection(4000)
        assert (await peer.read()).close_code == 4000
        peer.end()
        await ws.wait_closed()
        assert await ws.recv() == "one"
        with pytest.raises(ConnectionClosedError):
            await ws.recv()


async def test_a_message_while_an_answer_waits_for_its_flush() -> None:
    """Both ways in one turn."""
    async with connected() as (ws, peer):
        receiving = asyncio.ensure_future(ws.recv())
        await turns()
        await ws.send("out")
        ws.data_received(encode_frame(TEXT, b"in"))
        assert await receiving == "in"
        assert await peer.read() == Frame(TEXT, b"out")


async def test_an_unbounded_queue() -> None:
    """max_queue None: everything is read."""
    async with connected(max_queue=None) as (ws, peer):
        await peer.text(*map(str, range(1000)))
        await until(lambda: len(ws.messages) == 1000)
        assert await ws.recv() == "0"


async def test_a_close_behind_a_full_queue() -> None:
    """It is found when there is room; all messages come before it."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one", "two")
        await peer.close(1001, "bye")
        await until(lambda: ws.messages)
        await asyncio.sleep(0.01)
        assert ws.open
        assert [message async for message in ws] == ["one", "two"]
        assert (ws.close_code, ws.close_reason) == (1001, "bye")


async def test_closing_over_a_full_queue() -> None:
    """Our close reads on past max_queue, to find the peer's close; up to read_limit is kept."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one", "two")
        await until(lambda: full(ws))
        closing = asyncio.ensure_future(ws.close(1000))
        await peer.text("three" * 1000, "four")
        await peer.answer_close()
        await closing
        assert ws.close_code == 1000
        assert list(ws.messages) == ["one"]
        assert [message async for message in ws] == ["one", "two", "three" * 1000, "four"]


async def test_a_flood_while_closing() -> None:
    """Past a full queue and read_limit all is dropped, to find the peer's close frame."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("first")
        await until(lambda: ws.messages)
        closing = asyncio.ensure_future(ws.close(1001))
        for number in range(300):
            await peer.text(f"{number:010}" * 1000)
        await peer.answer_close()
        await closing
        assert ws.close_code == 1001
        kept = [message[:10] async for message in ws]
        assert 5 < len(kept) < 40  # read_limit, and a read of up to 256 KiB
        assert kept == ["first"] + [f"{number:010}" for number in range(len(kept) - 1)]


async def test_dropping_while_closing_leaves_no_gap() -> None:
    """What comes behind dropped bytes is dropped, too, though the queue be read."""
    async with connected(max_queue=1) as (ws, _peer):
        ws.data_received(encode_frame(TEXT, b"first"))
        ws.end_connection()
        await turns()
        ws.data_received(encode_frame(TEXT, bytes(1 << 17)))
        ws.data_received(encode_frame(TEXT, b"dropped"))
        assert await ws.recv_burst() == ["first"]
        await turns()
        ws.data_received(encode_frame(TEXT, b"dropped"))
        assert await ws.recv_burst() == ["\0" * (1 << 17)]
        await turns()
        ws.data_received(encode_frame(TEXT, b"dropped"))
        await turns()
        assert await ws.recv_burst() == []


@pytest.mark.parametrize("read_on", [True, False])
async def test_many_frames_while_closing(read_on: bool) -> None:
    """The close is found behind them, over several turns, whether the queue is read or not."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("first")
        await until(lambda: ws.messages)
        closing = asyncio.ensure_future(ws.close(1000))
        reading = asyncio.ensure_future(_read_out(ws) if read_on else turns())
        flood = encode_frame(TEXT, b"x") * 30_000
        sending = asyncio.ensure_future(peer.send(flood))
        await peer.answer_close()
        await asyncio.gather(closing, sending)
        assert ws.close_code == 1000
        kept = await reading if read_on else await _read_out(ws)
        assert kept == ["first"] + ["x"] * (len(kept) - 1)


async def _read_out(ws: Any) -> list[Any]:
    return [message async for message in ws]


async def test_reading_on_while_closing_until_all_is_read() -> None:
    """Then what arrives is decoded as it comes, again."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one", "two", "three")
        await until(lambda: full(ws))
        ws.end_connection()
        assert [await ws.recv() for _ in range(3)] == ["one", "two", "three"]
        await turns()
        await peer.text("four", "five")
        assert [await ws.recv() for _ in range(2)] == ["four", "five"]
        await turns()
        six = encode_frame(TEXT, b"six" * 100)
        ws.data_received(six + six[:10])
        await turns()
        ws.data_received(six[10:])
        await peer.answer_close()
        await ws.wait_closed()
        assert ws.close_code == 1000
        assert [message async for message in ws] == ["six" * 100] * 2


async def test_garbage_behind_a_full_queue_while_closing() -> None:
    """It ends the connection, and no handler."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one")
        await until(lambda: full(ws))
        ws.end_connection()
        await peer.send(encode_frame(TEXT, b"two", mask=None))
        await ws.wait_closed()
        assert ws.close_code == 1006
        assert await ws.recv() == "one"


# Compression: a thousandth of the bytes.


def deflated(ws: Any, *sizes: int) -> list[bytes]:
    """Have ``ws`` take compressed messages, and return some of zeros."""
    agreed = negotiate("permessage-deflate", DeflateParameters(client_max_window_bits=None))
    assert agreed is not None
    ws.use_deflate(agreed[1])
    compressor = zlib.compressobj(wbits=-15)
    payloads = [
        compressor.compress(bytes(size)) + compressor.flush(zlib.Z_SYNC_FLUSH) for size in sizes
    ]
    return [encode_frame(BINARY, payload[:-4], rsv=4) for payload in payloads]


MIB = 1 << 20


async def test_compressed_messages_while_closing() -> None:
    """No more is inflated than fits into the queue, and the peer's close is found."""
    async with connected(max_queue=4) as (ws, peer):
        flood = deflated(ws, *[MIB] * 200)
        closing = asyncio.ensure_future(ws.close(1001))
        await peer.send(*flood)
        await peer.answer_close()
        await closing
        assert ws.close_code == 1001
        assert ws.stats.messages_received <= 4
        received = 0
        with pytest.raises(ConnectionClosedOK):
            while True:
                received += len(await ws.recv())
                assert len(ws.messages) <= 4
        assert 4 * MIB < received <= 200 * MIB
        assert not received % MIB


@pytest.mark.parametrize("end", ["close", "eof", "reset"])
async def test_compressed_messages_at_the_end_of_the_stream(end: str) -> None:
    """They are inflated as they are read, all of them, and in order."""
    async with connected(max_queue=4) as (ws, peer):
        await peer.send(*deflated(ws, *range(MIB - 60, MIB)))
        await peer.arrival(ws)
        if end == "close":
            await peer.close(1000)
            await peer.arrival(ws)
        if end == "reset":
            ws.transport.abort()
        else:
            peer.end()
        await ws.wait_closed()
        assert ws.close_code == (1000 if end == "close" else 1006)
        assert ws.stats.messages_received <= 4
        assert [len(await ws.recv()) for _ in range(60)] == list(range(MIB - 60, MIB))
        with pytest.raises(ConnectionClosed):
            await ws.recv()
        assert ws.close_rcvd_then_sent is (True if end == "close" else None)


@pytest.mark.parametrize("size", [MIB, 0])
async def test_compressed_messages_in_one_turn(size: int) -> None:
    """A peer holds the loop for a few milliseconds, whatever max_queue says: 4 MiB or 512."""
    async with connected(max_queue=None) as (ws, _peer):
        count = 20 if size else 2000
        ws.data_received(b"".join(deflated(ws, *[size] * count)))
        before = 0
        while before < count:
            assert before < len(ws.messages) <= before + (4 if size else 512)
            before = len(ws.messages)
            await asyncio.sleep(0)


@pytest.mark.parametrize("last", [b"", encode_frame(CLOSE, b"\x03")], ids=["", "wrong-close"])
async def test_eof_behind_a_full_queue(last: bytes) -> None:
    """What was received is delivered; of a close frame that is wrong, there is nobody to tell."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one", "two", "three")
        await peer.send(last)
        await until(lambda: ws.messages)
        peer.end()
        await ws.wait_closed()
        assert [await ws.recv() for _ in range(3)] == ["one", "two", "three"]
        with pytest.raises(ConnectionClosedError):
            await ws.recv()


async def test_reset_behind_a_full_queue() -> None:
    """What was received before is delivered."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one", "two")
        await until(lambda: ws.messages)
        await asyncio.sleep(0.01)
        peer.reset()
        await ws.wait_closed()
        assert [await ws.recv(), await ws.recv()] == ["one", "two"]


async def test_a_fault_behind_a_full_queue_when_the_transport_is_lost() -> None:
    """It is found while the connection ends, and changes nothing."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one")
        await until(lambda: ws.messages)
        await peer.send(b"\xff\xff")
        await peer.ping()
        await peer.arrival(ws)
        ws.transport.abort()
        await ws.wait_closed()
        assert await ws.recv() == "one"
        assert ws.state is State.CLOSED


async def test_a_ping_and_close_behind_a_full_queue_when_the_transport_is_lost() -> None:
    """The peer's code is known even so."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one", "two")
        await peer.ping()
        await peer.close(1000)
        await peer.arrival(ws)
        ws.transport.abort()
        await ws.wait_closed()
        assert ws.close_code == 1000
        assert await ws.recv() == "one"
        assert await ws.recv() == "two"


async def test_reading_from_the_queue_after_the_end() -> None:
    """A full queue on a closed connection is read out, quietly."""
    async with connected(max_queue=2) as (ws, peer):
        await peer.text("one", "two")
        await until(lambda: len(ws.messages) == 2)
        ws.transport.abort()
        await ws.wait_closed()
        assert await ws.recv() == "one"
        await turns()
        assert await ws.recv() == "two"
        await turns()
        with pytest.raises(ConnectionClosedError):
            await ws.recv()


async def test_bytes_before_the_connection_is_open() -> None:
    """They wait for connection_open: nothing is answered or delivered before, all after."""
    async with connected(opened=False, read_limit=100) as (ws, peer):
        await peer.text("one")
        await peer.ping(b"early")
        await peer.arrival(ws)
        await peer.text("x" * 200)
        await until(lambda: reading_paused(ws))
        assert peer.silence()
        ws.connection_open()
        assert await peer.read() == Frame(PONG, b"early")
        assert await ws.recv() == "one"
        assert await ws.recv() == "x" * 200
        await peer.text("two")
        assert await ws.recv() == "two"


async def test_a_message_behind_more_than_a_turn_takes() -> None:
    """It is delivered, though the peer has gone in that same turn."""
    async with connected() as (ws, _peer):
        ws.data_received(encode_frame(PONG) * 2000 + encode_frame(TEXT, b"last"))
        assert not ws.messages
        ws.connection_lost(None)
        assert await ws.recv() == "last"
        with pytest.raises(ConnectionClosedError):
            await ws.recv()


@pytest.mark.parametrize("burst", [False, True])
@pytest.mark.parametrize("opcode", [PONG, TEXT])
async def test_a_flood_at_the_end(opcode: int, burst: bool) -> None:
    """It is decoded turn by turn behind the end too, however fast the handler reads."""
    async with connected(max_queue=2) as (ws, _peer):
        pump, turn = ws._pump, 0
        pumps: Counter[int] = Counter()

        def next_turn() -> None:
            nonlocal turn
            turn += 1
            if not reading.done():
                ws.loop.call_soon(next_turn)

        def counted() -> None:
            pumps[turn] += 1
            pump()

        async def read() -> list[Any]:
            received: list[Any] = []
            with contextlib.suppress(ConnectionClosedError):
                while True:
                    received += await ws.recv_burst() if burst else [await ws.recv()]
            return received

        ws._pump = counted
        flood = encode_frame(opcode) * 10_000
        ws.data_received(encode_frame(TEXT, b"one") * 2 + flood + encode_frame(TEXT, b"last"))
        ws.connection_lost(None)
        reading = asyncio.ensure_future(read())
        next_turn()
        received = await reading
        assert [message for message in received if message] == ["one", "one", "last"]
        assert max(pumps.values()) <= 4  # the handler's and the line's (`Share`)


async def test_a_peer_that_has_gone_while_we_answer() -> None:
    """What it had sent is read, though our answer was met by a reset; and so is its close frame."""
    async with connected(max_queue=1, read_limit=1, buffers=1 << 20) as (ws, peer):
        await peer.text("one", "two")
        await until(lambda: reading_paused(ws))
        await peer.text(*["x" * 10_000] * 20)
        await peer.close(1000)
        peer.sock.close()
        with contextlib.suppress(ConnectionClosed):
            while True:
                await ws.send("answer")
                await asyncio.sleep(0)
        assert ws.close_code == 1000
        assert [message async for message in ws] == ["one", "two"] + ["x" * 10_000] * 20


async def test_a_reset_in_the_middle_of_a_large_message() -> None:
    """What the system holds of it is taken in place, and it is delivered if it is whole."""
    async with connected(max_size=None, buffers=1 << 20) as (ws, peer):
        frame = encode_frame(BINARY, bytes(300_000))
        await peer.send(frame[:100_000])
        await peer.arrival(ws)
        peer.sock.send(frame[100_000:])
        peer.sock.send(encode_frame(TEXT, b"half")[:-1])
        peer.sock.close()
        ws.transport.pause_reading()
        with contextlib.suppress(ConnectionClosed):
            while True:
                await ws.send("answer")
                await asyncio.sleep(0)
        assert await ws.recv() == bytes(300_000)
        with pytest.raises(ConnectionClosedError):
            await ws.recv()
