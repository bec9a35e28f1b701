"""One callback of the loop for all connections that something arrived for, or leaves from.

Whoever waits in `recv` is woken right there, and what its handler sends before it waits again is
written right behind it: with many connections and one message each, nearly all of them.
"""

from __future__ import annotations

import asyncio
from threading import get_ident
from typing import Protocol

from .per_loop import PerLoop


class Taker(Protocol):
    """A connection."""

    loop: asyncio.AbstractEventLoop

    def take_turn(self) -> None: ...


class Turn(PerLoop):
    """The connections that are due in this turn of an event loop, in order."""

    __slots__ = ("_due", "thread")

    def __init__(self) -> None:
        self._due: list[Taker] = []  # `_run` is to come while there are any
        self.thread = 0  # that of the loop

    def run_here(self) -> None:
        """Take the running thread for that of the loop."""
        self.thread = get_ident()

    def add(self, connection: Taker) -> None:
        """Have ``connection`` take its turn behind all that is ready to run by now."""
        if not self._due:
            connection.loop.call_soon(self._run)
        self._due.append(connection)

    def _run(self) -> None:
        due, self._due = self._due, []
        position = 0
        try:
            for position, connection in enumerate(due):  # noqa: B007 - read below
                connection.take_turn()
        except BaseException:  # SystemExit or KeyboardInterrupt of a handler
            for left in due[position:]:
                self.add(left)
            raise
