"""send, fragments, backpressure and the flush."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sanic_legacy_ws import ConnectionClosedError, ConnectionClosedOK
from sanic_legacy_ws.connection import State
from sanic_legacy_ws.wire.deflate import DeflateParameters, negotiate
from tests.support.client import (
    BINARY,
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    Frame,
    close_payload,
    encode_frame,
)

from .rig import connected, pending, sending_paused, turns, until

BIG = bytes(1 << 20)


@pytest.mark.parametrize(
    ("message", "frame"),
    [
        ("", Frame(TEXT)),
        ("häh", Frame(TEXT, b"h\xc3\xa4h")),
        ("x" * 125, Frame(TEXT, b"x" * 125)),
        ("x" * 126, Frame(TEXT, b"x" * 126)),
        ("x" * 65536, Frame(TEXT, b"x" * 65536)),
        (b"", Frame(BINARY)),
        (b"\xff", Frame(BINARY, b"\xff")),
        (b"x" * 126, Frame(BINARY, b"x" * 126)),
        (bytes(70000), Frame(BINARY, bytes(70000))),
        (bytearray(b"ab"), Frame(BINARY, b"ab")),
        (memoryview(b"abcd")[::2], Frame(BINARY, b"ac")),
        (type("Text", (str,), {})("sub"), Frame(TEXT, b"sub")),
        (type("Bytes", (bytes,), {})(b"sub"), Frame(BINARY, b"sub")),
    ],
    ids=lambda value: type(value).__name__,
)
async def test_messages(message: Any, frame: Frame) -> None:
    """One frame each: text for str, binary for what is bytes-like."""
    async with connected() as (ws, peer):
        assert await ws.send(message) is None
        assert await peer.read() == frame


async def test_a_bytearray_may_change_after_send() -> None:
    """The message is what it was when it was sent."""
    async with connected() as (ws, peer):
        data = bytearray(b"before")
        await ws.send(data)
        data[:] = b"after!"
        assert await peer.read() == Frame(BINARY, b"before")


@pytest.mark.parametrize("message", [{"a": 1}, 1, None, object(), 1.5])
async def test_what_is_no_message(message: Any) -> None:
    """TypeError, a dict included, and nothing is sent."""
    async with connected() as (ws, peer):
        with pytest.raises(TypeError):
            await ws.send(message)
        await turns()
        assert peer.silence()
        assert ws.open


async def test_text_that_is_no_text() -> None:
    """A lone surrogate cannot be sent."""
    async with connected() as (ws, peer):
        with pytest.raises(UnicodeEncodeError):
            await ws.send("\ud800")
        await ws.send("fine")
        assert await peer.read() == Frame(TEXT, b"fine")


async def test_sends_of_one_turn_leave_together() -> None:
    """In order, control frames in between, in one write."""
    writes = []
    async with connected() as (ws, peer):
        write = ws.transport.write
        proxy = _Transport(ws.transport, lambda data: (writes.append(data), write(data)))
        ws.transport = proxy
        await ws.send("a")
        await ws.send(b"b")
        await ws.ping(b"c")
        await ws.send("d")
        assert ws.stats.messages_sent == 3
        frames = [await peer.read() for _ in range(4)]
        assert frames == [
            Frame(TEXT, b"a"),
            Frame(BINARY, b"b"),
            Frame(PING, b"c"),
            Frame(TEXT, b"d"),
        ]
        assert len(writes) == 1
        assert ws.stats == (0, 3, 0, 12, None)


class _Transport:
    """A transport whose writes are seen."""

    def __init__(self, transport: Any, write: Any) -> None:
        self._transport = transport
        self.write = write

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)


async def test_a_close_frame_leaves_behind_what_was_sent() -> None:
    """At once, and in order."""
    async with connected() as (ws, peer):
        await ws.send("last")
        ws.end_connection()
        assert await peer.read() == Frame(TEXT, b"last")
        assert await peer.read() == Frame(CLOSE, close_payload(1000))


async def test_send_on_a_connection_that_ends() -> None:
    """While closing it waits to say how; then it raises."""
    async with connected() as (ws, peer):
        ws.end_connection()
        sending = asyncio.ensure_future(ws.send("late"))
        await turns()
        assert not sending.done()
        await peer.close(1000)
        with pytest.raises(ConnectionClosedOK):
            await sending
        with pytest.raises(ConnectionClosedOK):
            await ws.send(["late"])


# Backpressure: write_limit becomes a send that waits.


async def test_send_waits_for_a_peer_that_does_not_read() -> None:
    """Nothing grows, the loop turns, and all goes on when the peer reads."""
    async with connected(buffers=4096, write_limit=1000) as (ws, peer):
        sent = []

        async def flood() -> None:
            for number in range(100):
                await ws.send(bytes(10_000))
                sent.append(number)

        flooding = asyncio.ensure_future(flood())
        await until(lambda: sending_paused(ws))
        await turns(10)
        stopped = len(sent)
        assert stopped < 100
        assert not flooding.done()
        assert ws.waited_on
        assert ws.transport.get_write_buffer_size() < 400_000
        assert ws.transport.get_write_buffer_limits() == (250, 1000)
        frames = [await peer.read() for _ in range(100)]
        await flooding
        assert all(frame == Frame(BINARY, bytes(10_000)) for frame in frames)


async def test_waiting_senders_keep_their_order() -> None:
    """Each of them sends once, in the order in which they came."""
    async with connected(buffers=4096, write_limit=0) as (ws, peer):
        await ws.send(BIG)
        await until(lambda: sending_paused(ws))
        sending = [asyncio.ensure_future(ws.send(str(i) * 70_000)) for i in range(9)]
        await turns()
        assert await peer.read() == Frame(BINARY, BIG)
        assert [(await peer.read()).payload[:1] for _ in range(9)] == [b"%d" % i for i in range(9)]
        await asyncio.gather(*sending)


async def test_a_cancelled_send_sent_nothing() -> None:
    """It waits before it appends."""
    async with connected(buffers=4096, write_limit=0) as (ws, peer):
        await ws.send(BIG)
        await until(lambda: sending_paused(ws))
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(ws.send("cancelled"), 0.01)
        sending = asyncio.ensure_future(ws.send("after"))
        assert await peer.read() == Frame(BINARY, BIG)
        assert await peer.read() == Frame(TEXT, b"after")
        await sending
        assert not ws.waited_on


async def test_a_reset_ends_a_waiting_send() -> None:
    """ConnectionClosedError, not silence."""
    async with connected(buffers=4096, write_limit=0) as (ws, peer):
        await ws.send(BIG)
        await until(lambda: sending_paused(ws))
        sending = asyncio.ensure_future(ws.send("late"))
        await turns()
        peer.reset()
        with pytest.raises(ConnectionClosedError):
            await sending


async def test_pongs_do_not_pile_up() -> None:
    """While the peer does not read, only its last ping is answered (RFC 6455 section 5.5.3)."""
    async with connected(buffers=4096, write_limit=0) as (ws, peer):
        await ws.send(BIG)
        await until(lambda: sending_paused(ws))
        before = ws.transport.get_write_buffer_size()
        for number in range(100):
            await peer.ping(b"%d" % number)
        await peer.arrival(ws)
        assert ws.transport.get_write_buffer_size() <= before
        assert await peer.read() == Frame(BINARY, BIG)
        assert await peer.read() == Frame(PONG, b"99")
        await peer.ping(b"next")
        assert await peer.read() == Frame(PONG, b"next")


async def test_many_pongs_in_one_turn() -> None:
    """Each ping of a peer that reads is answered."""
    async with connected() as (ws, peer):
        ws.data_received(encode_frame(PING, b"p" * 125) * 1200)
        assert [await peer.read() for _ in range(1200)] == [Frame(PONG, b"p" * 125)] * 1200


async def test_many_control_frames_in_one_turn() -> None:
    """They do not wait for the next one, as messages do."""
    async with connected() as (ws, peer):
        for _ in range(1200):
            await ws.pong(b"p" * 125)
        assert [await peer.read() for _ in range(1200)] == [Frame(PONG, b"p" * 125)] * 1200


@pytest.mark.parametrize("short", ["send", "ping", "pong"])
async def test_others_have_their_turn(short: str) -> None:
    """However short the frames are, a loop of them goes on in the next turn after some thousand.

    A ping takes longer: it has a future.
    """
    async with connected() as (ws, _peer):
        taken: list[int] = []
        asyncio.get_event_loop().call_soon(lambda: taken.append(sent))
        for sent in range(20_000):  # noqa: B007 - what the other one takes
            await (ws.send("x") if short == "send" else getattr(ws, short)())
            if taken:
                break
        assert sent <= (512 if short == "ping" else 4096)


async def test_a_loop_of_sends_to_a_transport_that_is_gone() -> None:
    """Though it drops what it gets, the loop is told."""
    async with connected() as (ws, _peer):

        async def flood() -> None:
            while True:
                await ws.send(bytes(100_000))

        ws.transport.abort()
        with pytest.raises(ConnectionClosedError):
            await flood()


async def test_send_timeout() -> None:
    """A peer that reads nothing for so long is dropped, with 1006."""
    async with connected(buffers=4096, write_limit=0) as (ws, _peer):
        ws.send_timeout = 0.05
        await ws.send(BIG)
        with pytest.raises(ConnectionClosedError):
            await ws.send("x")
        assert ws.close_code == 1006


async def test_send_timeout_is_lifted_when_the_peer_reads() -> None:
    """No timer is left."""
    async with connected(buffers=4096, write_limit=0) as (ws, peer):
        ws.send_timeout = 60
        await ws.send(BIG)
        await until(lambda: pending(ws))
        await peer.read()
        await until(lambda: not pending(ws))
        assert ws.open


async def test_no_timeout_starts_on_a_connection_that_is_gone() -> None:
    """Though the transport be paused at its end."""
    async with connected() as (ws, _peer):
        ws.send_timeout = 60
        ws.transport.abort()
        await ws.wait_closed()
        ws.pause_writing()
        assert pending(ws) == {}


# From another thread.


def in_a_thread(coroutine: Any) -> Any:
    """Run ``coroutine`` on a loop of its own, in a thread of its own; a future of that."""
    return asyncio.get_event_loop().run_in_executor(None, asyncio.run, coroutine)


@pytest.mark.parametrize("debug", [False, True])
@pytest.mark.parametrize("size", [1, 100_000])
async def test_a_send_from_another_thread(size: int, debug: bool) -> None:
    """It is delivered though nothing else happens here, and in asyncio's debug mode, too."""
    async with connected() as (ws, peer):
        asyncio.get_event_loop().set_debug(debug)
        reading = asyncio.ensure_future(peer.read())
        await turns()
        await in_a_thread(ws.send("x" * size))
        assert await reading == Frame(TEXT, b"x" * size)
        await ws.send("on")
        assert await peer.read() == Frame(TEXT, b"on")


async def test_sends_from_two_threads() -> None:
    """None is lost, and each thread's are in order."""
    async with connected(write_limit=1 << 30) as (ws, peer):

        async def send(letter: str) -> None:
            for number in range(5000):
                await ws.send(f"{letter}{number}")
                if not number % 10:
                    await asyncio.sleep(0)

        there = in_a_thread(send("b"))
        here = asyncio.ensure_future(send("a"))
        received = [(await peer.read()).payload.decode() for _ in range(10_000)]
        await asyncio.gather(here, there)
        for letter in "ab":
            sent = [f"{letter}{number}" for number in range(5000)]
            assert [text for text in received if text[0] == letter] == sent


async def test_a_flush_that_cannot_be_scheduled() -> None:
    """The caller is told, and the next one is."""
    async with connected() as (ws, peer):
        loop = ws.loop
        ws.loop = Refusing()
        with pytest.raises(RuntimeError):
            await ws.send("a")
        ws.loop = loop
        await ws.send("b")
        assert [(await peer.read()).payload for _ in range(2)] == [b"a", b"b"]


class Refusing:
    """A loop that takes no callbacks."""

    def call_soon(self, *args: Any) -> None:
        raise RuntimeError

    call_soon_threadsafe = call_soon


# permessage-deflate.


async def test_compressed_messages() -> None:
    """RSV1 on what is worth it; short messages and fragments go as they are."""
    async with connected() as (ws, peer):
        agreed = negotiate("permessage-deflate", DeflateParameters())
        assert agreed is not None
        ws.use_deflate(agreed[1])
        assert ws.extensions == [agreed[1]]
        for message in ("x" * 1000, b"x" * 1000, "short", ["x" * 1000]):
            await ws.send(message)
        frames = [await peer.read() for _ in range(5)]
        assert [(frame.opcode, frame.rsv) for frame in frames] == [
            (TEXT, 4),
            (BINARY, 4),
            (TEXT, 0),
            (TEXT, 0),
            (CONT, 0),
        ]
        assert len(frames[0].payload) < 100
        assert ws.state is State.OPEN
