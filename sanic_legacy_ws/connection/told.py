"""What keeps a task from spinning on a connection that is gone.

Code that swallows what it is told and asks again, in a loop with nothing else to wait for, would
stop the worker. So all else has its turn first, and after many times in a row the task is
cancelled.
"""

from __future__ import annotations

import asyncio
from typing import Any, Callable
from weakref import WeakSet

# Times in a row. A clean-up stays far below; a loop is there within a fraction of a second. Tasks
# that are not the handler's may have a backlog to send, for many connections.
TIMES = 1000
TIMES_OF_OTHERS = 10 * TIMES

_REST = 0.1  # seconds, for a task that goes on after its cancellation

# Turns of the loop that a task may be away within a row: one `sleep(0)`; and what `wait_for` takes,
# which makes a task each time up to Python 3.11.
_AWAY = 1
_AWAY_IF_NEW = 6

_NEW = object()  # the row of all tasks that are told for the first time


class Told:
    """Who is told that one connection is gone, and how often in a row."""

    __slots__ = ("_loop", "_new_counted", "_rows", "_tasks")

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._rows: dict[Any, int] = {}  # times so far, by task or _NEW
        self._tasks: WeakSet[Any] = WeakSet()  # all that were told
        self._new_counted = False  # whether this turn has counted one: many may ask at once

    async def again(self, ours: bool, warn: Callable[[], None]) -> None:
        """Let all else have its turn, or cancel the running task.

        ours: whether it is of the connection's own handler. warn: called as it is cancelled first.
        """
        task = asyncio.current_task()
        row: Any = task if task in self._tasks else _NEW
        self._tasks.add(task)
        times = self._count(row)
        over = times - (TIMES if ours else TIMES_OF_OTHERS)
        try:
            if over > 0 and task is not None and (ours or row is task):
                await self._cancel(task, warn if over == 1 else None)
            await asyncio.sleep(0)
        finally:
            self._end_row(row, times, _AWAY_IF_NEW if row is _NEW else _AWAY)

    async def _cancel(self, task: asyncio.Task[Any], warn: Callable[[], None] | None) -> None:
        if warn is None:
            await asyncio.sleep(_REST)
        else:
            warn()
        task.cancel()

    def _count(self, row: Any) -> int:
        times = self._rows.get(row, 0)
        if row is _NEW:
            if self._new_counted:
                return times
            self._new_counted = True
            self._loop.call_soon(self._begin_turn)
        self._rows[row] = times + 1
        return times + 1

    def _begin_turn(self) -> None:
        self._new_counted = False

    def _end_row(self, row: Any, times: int, turns: int) -> None:
        """Forget the row, unless the task is told once more within so many turns."""
        if self._rows.get(row) != times:
            return
        if turns < 0:
            del self._rows[row]
        else:
            self._loop.call_soon(self._end_row, row, times, turns - 1)
