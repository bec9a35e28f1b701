"""Messages that are sent in fragments."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncIterator, Iterator

import pytest

from sanic_legacy_ws import ConnectionClosedError
from tests.support.client import (
    BINARY,
    CONT,
    PONG,
    TEXT,
    Frame,
)

from .rig import connected, sending_paused, turns, until

BIG = bytes(1 << 20)


async def _items(*items: Any) -> AsyncIterator[Any]:
    for item in items:
        await asyncio.sleep(0)
        yield item


@pytest.mark.parametrize("source", [list, tuple, iter, lambda items: _items(*items)])
async def test_fragments(source: Any) -> None:
    """A frame for each item, and an empty last one."""
    async with connected() as (ws, peer):
        await ws.send(source(["a", "", "b"]))
        assert [await peer.read() for _ in range(4)] == [
            Frame(TEXT, b"a", False),
            Frame(CONT, b"", False),
            Frame(CONT, b"b", False),
            Frame(CONT, b"", True),
        ]
        assert ws.stats.messages_sent == 1


async def test_binary_fragments() -> None:
    """Any bytes-like object."""
    async with connected() as (ws, peer):
        await ws.send([b"a", bytearray(b"b"), memoryview(b"c")])
        assert [(await peer.read())[:3] for _ in range(4)] == [
            (BINARY, b"a", False),
            (CONT, b"b", False),
            (CONT, b"c", False),
            (CONT, b"", True),
        ]


@pytest.mark.parametrize("nothing", [[], (), iter(()), _items()])
async def test_no_fragments(nothing: Any) -> None:
    """Nothing is sent."""
    async with connected() as (ws, peer):
        await ws.send(_items() if hasattr(nothing, "__anext__") else nothing)
        await ws.send("next")
        assert await peer.read() == Frame(TEXT, b"next")


async def test_other_messages_wait_for_the_end_of_a_fragmented_one() -> None:
    """Control frames don't (RFC 6455 section 5.4)."""
    async with connected() as (ws, peer):
        more: asyncio.Future[None] = asyncio.get_event_loop().create_future()

        async def source() -> AsyncIterator[str]:
            yield "a"
            await more
            yield "b"

        fragmenting = asyncio.ensure_future(ws.send(source()))
        assert await peer.read() == Frame(TEXT, b"a", False)
        others = [asyncio.ensure_future(ws.send(message)) for message in ("c", ["d"], b"e")]
        await peer.ping(b"p")
        assert await peer.read() == Frame(PONG, b"p")
        assert not any(other.done() for other in others)
        more.set_result(None)
        assert [(await peer.read())[:3] for _ in range(6)] == [
            (CONT, b"b", False),
            (CONT, b"", True),
            (TEXT, b"c", True),
            (TEXT, b"d", False),
            (CONT, b"", True),
            (BINARY, b"e", True),
        ]
        await asyncio.gather(fragmenting, *others)


@pytest.mark.parametrize("items", [[1], [None, "a"], [{"a": 1}]])
async def test_a_wrong_first_fragment(items: list[Any]) -> None:
    """TypeError; nothing was sent, so that the connection lives on."""
    async with connected() as (ws, peer):
        with pytest.raises(TypeError):
            await ws.send(items)
        await ws.send("next")
        assert await peer.read() == Frame(TEXT, b"next")


@pytest.mark.parametrize("items", [["a", b"b"], [b"a", "b"], ["a", 1]])
async def test_a_wrong_later_fragment(items: list[Any]) -> None:
    """TypeError, and 1011: what was sent cannot be taken back."""
    async with connected() as (ws, peer):
        with pytest.raises(TypeError):
            await ws.send(items)
        assert (await peer.read()).fin is False
        assert (await peer.read()).close_code == 1011


async def test_a_source_that_fails_midway() -> None:
    """Its exception comes out of send, and the connection fails with 1011."""

    def source() -> Iterator[str]:
        yield "a"
        raise ZeroDivisionError

    async with connected() as (ws, peer):
        with pytest.raises(ZeroDivisionError):
            await ws.send(source())
        assert (await peer.read()).fin is False
        assert (await peer.read()).close_code == 1011
        peer.end()
        with pytest.raises(ConnectionClosedError):
            await ws.send("x")


@pytest.mark.parametrize("first", [True, False])
async def test_fragments_cancelled_midway(first: bool) -> None:
    """Before the first fragment nothing happened; after it the connection fails."""
    async with connected() as (ws, peer):

        async def source() -> AsyncIterator[str]:
            if not first:
                yield "a"
            await asyncio.sleep(60)

        sending = asyncio.ensure_future(ws.send(source()))
        await turns()
        sending.cancel()
        with pytest.raises(asyncio.CancelledError):
            await sending
        if first:
            await ws.send("next")
            assert await peer.read() == Frame(TEXT, b"next")
        else:
            assert [await peer.read(), (await peer.read()).close_code] == [
                Frame(TEXT, b"a", False),
                1011,
            ]


async def test_fragments_wait_for_the_peer_to_read() -> None:
    """Each of them, under backpressure."""
    async with connected(buffers=4096, write_limit=0) as (ws, peer):
        taken = []

        def source() -> Iterator[bytes]:
            for number in range(12):
                taken.append(number)
                yield bytes(100_000)

        sending = asyncio.ensure_future(ws.send(source()))
        await until(lambda: sending_paused(ws))
        await turns(5)
        assert len(taken) < 12
        frames = [await peer.read() for _ in range(13)]
        assert sum(len(frame.payload) for frame in frames) == 1_200_000
        await sending


@pytest.mark.parametrize("waiting", ["source", "peer"])
async def test_a_connection_that_ends_amid_fragments(waiting: str) -> None:
    """send raises how it ended, whether it waited for the source or for the peer."""
    async with connected(buffers=4096, write_limit=0) as (ws, peer):
        more: asyncio.Future[None] = asyncio.get_event_loop().create_future()

        async def source() -> AsyncIterator[bytes]:
            yield b"a"
            if waiting == "source":
                await more
            else:
                yield BIG
                yield BIG

        sending = asyncio.ensure_future(ws.send(source()))
        if waiting == "peer":
            await until(lambda: sending_paused(ws))
        await turns()
        peer.reset()
        await ws.wait_closed()
        if waiting == "source":
            more.set_result(None)
        with pytest.raises(ConnectionClosedError):
            await sending


async def test_fragments_do_not_disturb_a_closing_handshake() -> None:
    """Cancelled while another task closes: the peer still has time to answer."""
    async with connected() as (ws, peer):

        async def source() -> AsyncIterator[str]:
            yield "a"
            await asyncio.sleep(60)

        sending = asyncio.ensure_future(ws.send(source()))
        assert await peer.read() == Frame(TEXT, b"a", False)
        ws.end_connection(1000)
        sending.cancel()
        await asyncio.wait([sending])
        await peer.answer_close()
        await ws.wait_closed()
        assert ws.close_code == 1000
