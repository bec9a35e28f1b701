"""recv and its relatives: nothing is lost or doubled."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from sanic_legacy_ws import ConnectionClosedError, ConnectionClosedOK
from sanic_legacy_ws.connection import LegacyWebSocket, State
from tests.support.client import BINARY, PING, TEXT, Frame, encode_frame

from .rig import connected, fragments, turns, until


async def test_messages_in_order() -> None:
    """Text is str, binary is bytes, fragments are put together."""
    async with connected() as (ws, peer):
        await peer.text("one", "")
        await peer.send(encode_frame(BINARY, b"\xff"), fragments("a", "b", "c"))
        assert [await ws.recv() for _ in range(4)] == ["one", "", b"\xff", "abc"]
        assert not ws.messages


async def test_receive_is_recv() -> None:
    """The name that some old apps use."""
    async with connected() as (ws, peer):
        await peer.text("one")
        assert await ws.receive() == "one"


async def test_messages_are_those_unread() -> None:
    """They stay there until recv returns them."""
    async with connected() as (ws, peer):
        assert list(ws.messages) == []
        await peer.text("one", "two")
        await until(lambda: len(ws.messages) == 2)
        assert list(ws.messages) == ["one", "two"]
        await ws.recv()
        assert list(ws.messages) == ["two"]


async def test_one_recv_at_a_time() -> None:
    """A second one is refused while one waits, and also before the woken one has run."""
    async with connected() as (ws, peer):
        receiving = asyncio.ensure_future(ws.recv())
        await turns()
        assert ws.waited_on
        for call in (ws.recv, ws.recv_burst, lambda: ws.recv(1)):
            with pytest.raises(RuntimeError, match="cannot call recv while another coroutine"):
                await call()
        ws.data_received(encode_frame(TEXT, b"one"))
        with pytest.raises(RuntimeError):
            await ws.recv()
        assert await receiving == "one"
        assert not ws.waited_on
        assert peer.silence()


# Cancellation.


async def test_recv_cancelled_before_a_message() -> None:
    """The next recv gets it."""
    async with connected() as (ws, peer):
        receiving = asyncio.ensure_future(ws.recv())
        await turns()
        receiving.cancel()
        await turns()
        await peer.text("one")
        assert await ws.recv() == "one"


async def test_recv_cancelled_before_it_began() -> None:
    """A task that never ran holds nothing."""
    async with connected() as (ws, _peer):
        ws.data_received(encode_frame(TEXT, b"one"))
        receiving = asyncio.ensure_future(ws.recv())
        receiving.cancel()
        await turns()
        assert await ws.recv() == "one"


@pytest.mark.parametrize("timeout", [None, 60])
async def test_recv_cancelled_in_the_turn_of_the_message(timeout: float | None) -> None:
    """Woken, but cancelled before it ran: the message stays in the queue."""
    async with connected() as (ws, _peer):
        receiving = asyncio.ensure_future(ws.recv(timeout))
        await turns()
        ws.data_received(encode_frame(TEXT, b"one"))
        receiving.cancel()
        with pytest.raises(asyncio.CancelledError):
            await receiving
        assert list(ws.messages) == ["one"]
        assert await ws.recv() == "one"


async def test_recv_cancelled_then_woken() -> None:
    """Cancelled first, the message in the same turn: it stays, too."""
    async with connected() as (ws, _peer):
        receiving = asyncio.ensure_future(ws.recv())
        await turns()
        receiving.cancel()
        ws.data_received(encode_frame(TEXT, b"one"))
        with pytest.raises(asyncio.CancelledError):
            await receiving
        assert await ws.recv() == "one"


async def test_wait_for_recv_in_a_loop_loses_nothing() -> None:
    """The old apps' pattern, with timeouts that fall on messages."""
    async with connected() as (ws, peer):

        async def produce() -> None:
            for number in range(200):
                await peer.text(str(number))
                if number % 3 == 0:
                    await asyncio.sleep(0.0005)
            await peer.close(1000)

        producing = asyncio.ensure_future(produce())
        received = []
        while not (ws.closed and not ws.messages):
            with contextlib.suppress(asyncio.TimeoutError, ConnectionClosedOK):
                received.append(await asyncio.wait_for(ws.recv(), 0.0005))
        await producing
        assert received == [str(number) for number in range(200)]


async def test_a_message_that_someone_else_takes() -> None:
    """A woken recv that finds the queue empty waits on."""
    async with connected() as (ws, _peer):
        receiving = asyncio.ensure_future(ws.recv())
        await turns()
        ws.data_received(encode_frame(TEXT, b"stolen"))
        assert ws.messages.popleft() == "stolen"
        await turns()
        assert not receiving.done()
        ws.data_received(encode_frame(TEXT, b"mine"))
        assert await receiving == "mine"


# recv(timeout), as on Sanic's own object since 21.9.


async def test_recv_within_a_timeout() -> None:
    """None when it expires; a message that is there or comes in time."""
    async with connected() as (ws, peer):
        assert await ws.recv(0.01) is None
        assert await ws.recv(timeout=0) is None
        assert await ws.recv(-1) is None
        await peer.text("one")
        assert await ws.recv(5) == "one"
        ws.data_received(encode_frame(TEXT, b"two"))
        assert await ws.recv(0) == "two"
        assert not ws.waited_on


@pytest.mark.parametrize("code", [1000, 4000])
async def test_recv_within_a_timeout_on_a_closing_connection(code: int) -> None:
    """Raises as recv does, at once, and not None."""
    kind = ConnectionClosedOK if code == 1000 else ConnectionClosedError
    async with connected() as (ws, peer):
        receiving = asyncio.ensure_future(ws.recv(60))
        await turns()
        await peer.close(code)
        with pytest.raises(kind):
            await receiving
        with pytest.raises(kind):
            await ws.recv(0)


async def test_recv_within_a_timeout_while_another_takes_the_message() -> None:
    """It waits on, for the rest of its time."""
    async with connected() as (ws, _peer):
        receiving = asyncio.ensure_future(ws.recv(60))
        await turns()
        ws.data_received(encode_frame(TEXT, b"stolen"))
        ws.messages.clear()
        await turns()
        assert not receiving.done()
        ws.data_received(encode_frame(TEXT, b"mine"))
        assert await receiving == "mine"


async def test_a_message_in_the_turn_of_the_timeout() -> None:
    """It is returned, not left behind a None."""
    async with connected() as (ws, _peer):
        receiving = asyncio.ensure_future(ws.recv(60))
        await turns()
        ws._wake_receiver()
        ws.data_received(encode_frame(TEXT, b"one"))
        assert await receiving == "one"


# async for, recv_burst.


async def test_async_for_ends_with_a_normal_close() -> None:
    """After all messages; ConnectionClosedOK is not raised."""
    async with connected() as (ws, peer):
        await peer.text("one", "two")
        await peer.close(1001)
        assert [message async for message in ws] == ["one", "two"]
        assert [message async for message in ws] == []


async def test_async_for_raises_on_an_error() -> None:
    """After all messages."""
    async with connected() as (ws, peer):
        await peer.text("one")
        await peer.close(1011)
        messages = ws.__aiter__()
        assert await messages.__anext__() == "one"
        with pytest.raises(ConnectionClosedError):
            await messages.__anext__()


async def test_leaving_async_for_leaves_nothing_behind() -> None:
    """Unlike a generator, it needs no task of the loop's to be closed."""
    made = []

    def factory(loop: Any, coroutine: Any, **kwargs: Any) -> asyncio.Task[Any]:
        made.append(coroutine)
        return asyncio.Task(coroutine, loop=loop, **kwargs)

    async with connected() as (ws, _peer):
        ws.data_received(encode_frame(TEXT, b"one") + encode_frame(TEXT, b"two"))
        asyncio.get_event_loop().set_task_factory(factory)
        async for message in ws:
            assert message == "one"
            break
        await turns()
        assert made == []
        async for message in ws:
            assert message == "two"
            break
        iterator = ws.__aiter__()
        assert iterator.__aiter__() is iterator


async def test_a_cancelled_step_of_async_for_loses_nothing() -> None:
    """The iterator goes on after a timeout."""
    async with connected() as (ws, peer):
        iterator = ws.__aiter__()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(iterator.__anext__(), 0.01)
        await peer.text("one")
        assert await iterator.__anext__() == "one"


async def test_recv_burst() -> None:
    """What is there, up to the number asked for; waits for none."""
    async with connected() as (ws, peer):
        assert await ws.recv_burst() == []
        await peer.text(*"abcde")
        await until(lambda: len(ws.messages) == 5)
        assert await ws.recv_burst(max_recv=2) == ["a", "b"]
        assert await ws.recv_burst() == ["c", "d", "e"]
        assert await ws.recv_burst() == []


async def test_recv_burst_at_the_end() -> None:
    """Nothing while closing, then what came before the close, then ConnectionClosed."""
    async with connected() as (ws, peer):
        ws.end_connection()
        assert await ws.recv_burst() == []
        await peer.text("late")
        await peer.close(1000)
        await ws.wait_closed()
        assert await ws.recv_burst() == ["late"]
        with pytest.raises(ConnectionClosedOK):
            await ws.recv_burst()


async def test_recv_burst_makes_room() -> None:
    """A full queue goes on."""
    async with connected(max_queue=2) as (ws, peer):
        await peer.text(*"abcd")
        await until(lambda: len(ws.messages) == 2)
        assert await ws.recv_burst() == ["a", "b"]
        await until(lambda: len(ws.messages) == 2)
        assert await ws.recv_burst() == ["c", "d"]


class Wrapper(LegacyWebSocket):
    """As users write them: wraps another connection, without calling __init__."""

    def __init__(self, inner: Any) -> None:
        self.inner = inner
        self.send, self.recv, self.close = inner.send, inner.recv, inner.close


async def test_a_subclass_that_wraps_another_connection() -> None:
    """async for, recv and close go through what it was given."""
    async with connected() as (ws, peer):
        wrapper = Wrapper(ws)
        await wrapper.send("hello")
        assert await peer.read() == Frame(TEXT, b"hello")
        await peer.text("one", "two")
        assert await wrapper.recv() == "one"
        await peer.ping(b"x")
        await peer.close(1000)
        assert [message async for message in wrapper] == ["two"]
        assert (await peer.read()).opcode == PING + 1
        await wrapper.close()
        assert wrapper.state is State.CONNECTING
        assert not wrapper.open
        assert not wrapper.waited_on
        assert list(wrapper.messages) == []
        assert wrapper.remote_address is None
        assert "CONNECTING" in repr(wrapper.state)
