"""A task that is told again and again that the connection is gone, and waits for nothing else."""

from __future__ import annotations

import asyncio
import contextlib
import logging

import pytest

from sanic_legacy_ws import ConnectionClosed
from sanic_legacy_ws.connection.told import TIMES, TIMES_OF_OTHERS

from .rig import connected, until

MANY = 2 * TIMES


@contextlib.asynccontextmanager
async def gone():
    """A connection whose peer has left."""
    async with connected() as (ws, peer):
        await peer.close(1000)
        await ws.wait_closed()
        yield ws


class Loop:
    """Calls and swallows what it is told, many times."""

    def __init__(self, call, between=None, swallows=ConnectionClosed):
        self.times = 0
        self.task = asyncio.ensure_future(self._run(call, between, swallows))

    async def _run(self, call, between, swallows):
        while self.times < MANY:
            self.times += 1
            with contextlib.suppress(swallows):
                await call()
            if between is not None:
                await between()


SPINNING = {
    "recv": lambda ws: Loop(ws.recv),
    "send": lambda ws: Loop(lambda: ws.send("x")),
    "ping": lambda ws: Loop(ws.ping),
    "ensure_open": lambda ws: Loop(ws.ensure_open),
    "recv_burst": lambda ws: Loop(ws.recv_burst),
    "recv within": lambda ws: Loop(lambda: ws.recv(5)),
    "sleep(0) between": lambda ws: Loop(ws.recv, lambda: asyncio.sleep(0)),
    "wait_for": lambda ws: Loop(lambda: asyncio.wait_for(ws.recv(), 5)),
    "task": lambda ws: Loop(lambda: asyncio.ensure_future(ws.recv())),
}


@pytest.mark.parametrize("spin", SPINNING.values(), ids=SPINNING)
async def test_a_loop_is_cancelled(spin, caplog) -> None:
    """After TIMES in a row, whatever it calls; the log says so once."""
    async with gone() as ws:
        loop = spin(ws)
        await asyncio.wait([loop.task])
        assert loop.task.cancelled()
        assert TIMES <= loop.times < TIMES + 10
    assert [r.levelno for r in caplog.records] == [logging.WARNING]
    assert "told again and again" in caplog.text


async def test_iteration_is_bounded_too() -> None:
    """`async for` within a loop of the user's."""
    async with connected() as (ws, peer):
        peer.reset()
        await ws.wait_closed()

        async def iterate():
            async for _ in ws:
                pass

        loop = Loop(iterate)
        await asyncio.wait([loop.task])
        assert loop.task.cancelled()


async def test_tasks_are_counted_one_by_one() -> None:
    """Of two loops, neither has the other's count."""
    async with gone() as ws:
        loops = [Loop(ws.recv), Loop(lambda: ws.send("x"))]
        await asyncio.wait([loop.task for loop in loops])
        assert all(TIMES <= loop.times < TIMES + 10 for loop in loops)


async def test_what_swallows_its_cancellation_rests() -> None:
    """A bare except: such a loop goes on, but leaves the loop to others."""
    async with gone() as ws:
        loop = Loop(ws.recv, swallows=BaseException)
        await until(lambda: loop.times > TIMES)
        before = loop.times
        await asyncio.sleep(0.35)
        assert loop.times < before + 50  # a loop that is not held back: thousands
        loop.times = MANY
        await asyncio.wait([loop.task])


async def test_a_loop_with_something_to_wait_for_is_none() -> None:
    """It is told as often as it asks."""

    async def two_turns():
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    async with gone() as ws:
        loop = Loop(ws.recv, two_turns)
        await loop.task
        assert loop.times == MANY


async def test_many_tasks_at_once_are_no_loop() -> None:
    """Each is told once."""
    async with gone() as ws:
        sends = [asyncio.ensure_future(ws.send("x")) for _ in range(MANY)]
        results = await asyncio.gather(*sends, return_exceptions=True)
        assert all(isinstance(result, ConnectionClosed) for result in results)


async def test_tasks_of_others_have_a_backlog(monkeypatch) -> None:
    """What is not the handler's may be told ten times as often."""
    async with gone() as ws:
        monkeypatch.setattr(type(ws), "_of_handler", False)
        backlog = Loop(lambda: ws.send("x"))
        await backlog.task
        assert backlog.times == MANY < TIMES_OF_OTHERS


async def test_tasks_made_by_others_are_not_counted(monkeypatch) -> None:
    """A broadcast with a timeout for each `send` makes many."""
    async with gone() as ws:
        monkeypatch.setattr(type(ws), "_of_handler", False)
        broadcast = Loop(lambda: asyncio.ensure_future(ws.send("x")))
        await broadcast.task
        assert broadcast.times == MANY
