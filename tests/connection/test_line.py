"""Those who wait for their turn."""

from __future__ import annotations

import asyncio

from sanic_legacy_ws.connection.line import Line

from .rig import turns


async def test_first_come_first_served() -> None:
    """One at a time, each when the one before has left."""
    line, order = Line(), []

    async def wait(name: str) -> None:
        place = object()
        await line.wait(place, asyncio.get_event_loop())
        order.append(name)
        line.leave(place)
        line.wake_first()

    tasks = [asyncio.ensure_future(wait(name)) for name in "abc"]
    await turns()
    assert (len(line), order) == (3, [])
    line.wake_first()
    await asyncio.gather(*tasks)
    assert (len(line), order) == (0, ["a", "b", "c"])


async def test_one_that_waits_again_keeps_its_place() -> None:
    """It was not its turn yet."""
    line, order = Line(), []
    loop = asyncio.get_event_loop()

    async def wait(name: str, times: int) -> None:
        place = object()
        for _ in range(times):
            await line.wait(place, loop)
            order.append(name)
        line.leave(place)

    tasks = [asyncio.ensure_future(wait("a", 2)), asyncio.ensure_future(wait("b", 1))]
    for _ in range(2):
        await turns()
        line.wake_first()
    await turns()
    assert order == ["a", "a"]
    line.wake_first()
    await asyncio.gather(*tasks)


async def test_all_at_once() -> None:
    """In order, those that gave up left out."""
    line, order = Line(), []

    async def wait(name: str) -> None:
        place = object()
        try:
            await line.wait(place, asyncio.get_event_loop())
            order.append(name)
        finally:
            line.leave(place)

    tasks = [asyncio.ensure_future(wait(name)) for name in "abc"]
    await turns()
    tasks[1].cancel()
    line.wake_all(asyncio.get_event_loop())
    await asyncio.wait(tasks)
    assert order == ["a", "c"]
    line.wake_first()


async def test_very_many() -> None:
    """Not all in one turn of the loop: there are others."""
    line, loop = Line(), asyncio.get_event_loop()
    woken = 0

    async def wait() -> None:
        nonlocal woken
        place = object()
        await line.wait(place, loop)
        woken += 1
        line.leave(place)

    tasks = [asyncio.ensure_future(wait()) for _ in range(2000)]
    await turns()
    line.wake_all(loop)
    before = 0
    while before < 2000:
        await turns(1)
        assert woken - before <= 512
        before = woken
    await asyncio.gather(*tasks)
