"""The full queue: max_queue and read_limit become TCP backpressure."""

from __future__ import annotations

import asyncio

import pytest

from sanic_legacy_ws import ConnectionClosedError
from sanic_legacy_ws.connection import State
from tests.support.client import PONG, TEXT, Frame, encode_frame

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
    """Our close reads on past max_queue, to find the peer's close; nothing is lost."""
    async with connected(max_queue=1, read_limit=1) as (ws, peer):
        await peer.text("one", "two" * 10)
        await until(lambda: reading_paused(ws))
        await peer.text("three")
        closing = asyncio.ensure_future(ws.close(1000))
        await peer.answer_close()
        await closing
        assert ws.close_code == 1000
        assert list(ws.messages) == ["one", "two" * 10, "three"]


async def test_eof_behind_a_full_queue() -> None:
    """What was received is delivered."""
    async with connected(max_queue=1) as (ws, peer):
        await peer.text("one", "two", "three")
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
