"""One callback wakes who waits and writes what they answer, in order, and loses none."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from contextvars import ContextVar
from typing import Any

import pytest

from sanic_legacy_ws.connection.turn import Turn
from sanic_legacy_ws.connection.waiter import Waiter
from tests.support.client import TEXT, Frame, encode_frame

from .rig import Peer, connected, turns

NAME: ContextVar[str] = ContextVar("NAME", default="nobody")
HI = encode_frame(TEXT, b"hi")


async def several(stack: AsyncExitStack, count: int) -> list[tuple[Any, Peer]]:
    """Connections and their peers."""
    return [await stack.enter_async_context(connected()) for _ in range(count)]


async def test_all_answers_of_a_turn_leave_in_it() -> None:
    """Read, woken, answered and written, with one callback of the loop behind the reads."""
    async with AsyncExitStack() as stack:
        pairs = await several(stack, 3)
        log: list[int] = []

        async def echo(number: int, ws: Any) -> None:
            await ws.send(await ws.recv())
            log.append(number)

        tasks = [asyncio.ensure_future(echo(n, ws)) for n, (ws, _) in enumerate(pairs)]
        await turns()
        for ws, _ in pairs:
            ws.data_received(HI)
        assert log == []
        await asyncio.sleep(0)
        assert log == [0, 1, 2]
        assert [ws.stats.messages_sent for ws, _ in pairs] == [1, 1, 1]
        assert not any(ws._out for ws, _ in pairs)
        await asyncio.gather(*tasks)
        for _, peer in pairs:
            assert await peer.read() == Frame(TEXT, b"hi")


async def test_a_send_wakes_no_recv(monkeypatch: pytest.MonkeyPatch) -> None:
    """Most connections of a chat wait in `recv` while another handler sends to them."""
    async with connected() as (ws, peer):
        receiving = asyncio.ensure_future(ws.recv())
        await turns()
        woken: list[Waiter] = []
        wake = Waiter.wake
        monkeypatch.setattr(Waiter, "wake", lambda waiter: (woken.append(waiter), wake(waiter)))
        await ws.send("hi")
        assert await peer.read() == Frame(TEXT, b"hi")
        assert woken == []
        await peer.text("you")
        assert await receiving == "you"
        assert len(woken) == 1


async def test_a_message_to_another_connection() -> None:
    """One that had its turn already gets another."""
    async with AsyncExitStack() as stack:
        (first, first_peer), (second, _) = await several(stack, 2)

        async def tells_first() -> None:
            await first.send(await second.recv())

        async def reads() -> None:
            await first.recv()

        tasks = [asyncio.ensure_future(task) for task in (reads(), tells_first())]
        await turns()
        first.data_received(HI)
        second.data_received(HI)
        await asyncio.gather(*tasks)
        assert await first_peer.read() == Frame(TEXT, b"hi")


async def test_cancelled_between_arrival_and_turn() -> None:
    """Cancelled in the turn of the message: it stays in the queue, and others have their turn."""
    async with AsyncExitStack() as stack:
        (first, _), (second, second_peer) = await several(stack, 2)
        reading = asyncio.ensure_future(first.recv())

        async def echo() -> None:
            await second.send(await second.recv())

        echoing = asyncio.ensure_future(echo())
        await turns()
        first.data_received(HI)
        second.data_received(HI)
        reading.cancel()
        with pytest.raises(asyncio.CancelledError):
            await reading
        await echoing
        assert await first.recv() == "hi"
        assert await second_peer.read() == Frame(TEXT, b"hi")


async def test_each_in_its_own_context() -> None:
    """A handler's context variables are its own, whoever has a turn before it."""
    async with AsyncExitStack() as stack:
        pairs = await several(stack, 2)

        async def named(ws: Any, name: str) -> tuple[str, str]:
            NAME.set(name)
            await ws.recv()
            return name, NAME.get()

        tasks = [asyncio.ensure_future(named(ws, str(n))) for n, (ws, _) in enumerate(pairs)]
        await turns()
        for ws, _ in pairs:
            ws.data_received(HI)
        assert await asyncio.gather(*tasks) == [("0", "0"), ("1", "1")]


async def test_a_handler_that_raises_leaves_the_others_alone() -> None:
    """What it raises is its task's."""
    async with AsyncExitStack() as stack:
        pairs = await several(stack, 2)

        async def fails(ws: Any) -> None:
            await ws.recv()
            raise ZeroDivisionError

        tasks = [asyncio.ensure_future(fails(ws)) for ws, _ in pairs]
        await turns()
        for ws, _ in pairs:
            ws.data_received(HI)
        done = await asyncio.gather(*tasks, return_exceptions=True)
        assert [type(error) for error in done] == [ZeroDivisionError] * 2


def test_a_handler_that_ends_the_loop() -> None:
    """SystemExit stops the loop; where it runs on, the others and what is unsent get their turn."""
    loop = asyncio.SelectorEventLoop()

    async def ends(ws: Any) -> None:
        await ws.send(await ws.recv())
        raise SystemExit(3)

    async def echo(ws: Any) -> None:
        await ws.send(await ws.recv())

    async def main() -> None:
        async with AsyncExitStack() as stack:
            pairs = await several(stack, 2)
            tasks = [asyncio.ensure_future(do(ws)) for do, (ws, _) in zip((ends, echo), pairs)]
            await turns()
            for ws, _ in pairs:
                ws.data_received(HI)
            await tasks[1]
            for _, peer in pairs:
                assert await peer.read() == Frame(TEXT, b"hi")
            assert isinstance(tasks[0].exception(), SystemExit)

    asyncio.set_event_loop(loop)
    task = loop.create_task(asyncio.wait_for(main(), 10))
    try:
        with pytest.raises(SystemExit):
            loop.run_until_complete(task)
        loop.run_until_complete(task)
    finally:
        asyncio.set_event_loop(None)
        loop.close()


def test_debug_mode_names_the_slow_handler(caplog: pytest.LogCaptureFixture) -> None:
    """In asyncio's debug mode each handler is woken by the loop, which logs those that are slow."""
    loop = asyncio.SelectorEventLoop()
    loop.set_debug(True)
    loop.slow_callback_duration = 0.0

    async def slow_handler(ws: Any) -> None:
        await ws.send(await ws.recv())

    async def main() -> None:
        async with connected() as (ws, peer):
            task = asyncio.ensure_future(slow_handler(ws))
            await turns()
            caplog.clear()
            ws.data_received(HI)
            assert await peer.read() == Frame(TEXT, b"hi")
            await task

    asyncio.set_event_loop(loop)
    try:
        loop.run_until_complete(asyncio.wait_for(main(), 10))
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    assert any("slow_handler" in message for message in caplog.messages)


async def test_one_for_each_loop() -> None:
    """Loops share nothing, and none is kept for the sake of its turn."""
    other = asyncio.new_event_loop()
    mine = Turn.of(asyncio.get_running_loop())
    assert Turn.of(asyncio.get_running_loop()) is mine
    assert Turn.of(other) is not mine
    other.close()
