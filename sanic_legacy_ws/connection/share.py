"""What the connections of one event loop read in one turn of it, and who goes on in a later one.

uvloop reads a connection up to 32 times before anyone else has a turn, and both loops read all
that have something before they go on: twenty peers with large messages hold the loop for tens of
milliseconds. So the large reads of a turn have a budget. Who finds it spent, or has more than one
turn's work, waits in line, and the first two of the line go on in the next turn.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Protocol

from .per_loop import PerLoop

LARGE_READ = 1 << 17  # bytes; smaller reads are not counted: the system call costs more
_BUDGET = 1 << 22  # bytes of large reads in one turn: two milliseconds, or three
_AT_ONCE = 2  # of the line go on in a turn; at one, messages of 64 KiB cost a tenth more


class Reader(Protocol):
    """A connection."""

    loop: asyncio.AbstractEventLoop

    def have_share(self) -> None:
        """Go on, being among the first in line as a turn begins."""


class Share(PerLoop):
    """The budget of one event loop, and the line of those that wait for a part of it."""

    def __init__(self) -> None:
        self._spent = 0  # bytes, in this turn
        self._line: deque[Reader] = deque()
        # Who was first in line as this turn began, and the bytes that each may still read in it.
        self._first: dict[Reader, int] = {}
        self._due = False  # whether the next turn is to tell us that it begins

    def spend(self, size: int, connection: Reader) -> bool:
        """Count a large read of ``size`` bytes; whether ``connection`` is to wait after it.

        While others are in line, only those that were first may take more than one read, up to
        their parts of the budget.
        """
        self._spent += size
        self._begin_soon(connection.loop)
        if connection in self._first:
            self._first[connection] -= size
            return self._first[connection] <= 0
        return bool(self._line) or self._spent >= _BUDGET

    def wait(self, connection: Reader) -> None:
        """Have ``connection`` go on when it is its turn, not in this one."""
        self._line.append(connection)
        self._begin_soon(connection.loop)

    def _begin_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if not self._due:
            self._due = True
            loop.call_soon(self._begin, loop)

    def _begin(self, loop: asyncio.AbstractEventLoop) -> None:
        """A turn begins."""
        self._due = False
        self._spent = 0
        line = self._line
        self._first = {line.popleft(): _BUDGET // _AT_ONCE for _ in range(min(_AT_ONCE, len(line)))}
        if self._first:
            self._begin_soon(loop)
        for connection in list(self._first):
            connection.have_share()
