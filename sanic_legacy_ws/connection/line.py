"""Those who wait for their turn, first come, first served."""

from __future__ import annotations

import asyncio
from collections import OrderedDict, deque
from typing import Iterable

_WOKEN_A_TURN = 512  # a task that is told how its connection ended takes some ten microseconds


def wake_all(waiters: Iterable[asyncio.Future[None]], loop: asyncio.AbstractEventLoop) -> None:
    """Wake who waits on these, in order, and no more in one turn of the loop than it bears."""
    left = deque(waiters)

    def wake_some() -> None:
        for _ in range(min(_WOKEN_A_TURN, len(left))):
            waiter = left.popleft()
            if not waiter.done():
                waiter.set_result(None)
        if left:
            loop.call_soon(wake_some)

    wake_some()


class Line:
    """A line of tasks. One that waits again, since it was not its turn yet, keeps its place.

    Whoever leaves the line is to wake the next one: not every wake-up reaches its task.
    """

    __slots__ = ("_waiters",)

    def __init__(self) -> None:
        # An OrderedDict has its first item at hand, however many were taken from its head.
        self._waiters: OrderedDict[object, asyncio.Future[None]] = OrderedDict()

    def __len__(self) -> int:
        return len(self._waiters)

    async def wait(self, place: object, loop: asyncio.AbstractEventLoop) -> None:
        """Wait to be woken, at ``place``: any object that one task keeps until it leaves."""
        waiter = self._waiters[place] = loop.create_future()
        await waiter

    def leave(self, place: object) -> None:
        """Wait no more."""
        self._waiters.pop(place, None)

    def wake_first(self) -> None:
        """Wake whoever is first."""
        for waiter in self._waiters.values():
            if not waiter.done():
                waiter.set_result(None)
            return

    def wake_all(self, loop: asyncio.AbstractEventLoop) -> None:
        """Wake everybody, in order."""
        wake_all(self._waiters.values(), loop)
