"""Those who wait for their turn, first come, first served."""

from __future__ import annotations

import asyncio
from collections import OrderedDict


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

    def wake_all(self) -> None:
        """Wake everybody, in order."""
        for waiter in self._waiters.values():
            if not waiter.done():
                waiter.set_result(None)
