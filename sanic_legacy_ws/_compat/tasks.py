"""What asyncio's tasks learned over the Python versions."""

from __future__ import annotations

import asyncio
import sys
from functools import partial
from typing import Any, Callable, Coroutine, Generator


def uncancel(task: asyncio.Task[Any]) -> int:
    """Take one cancellation back; return how many are left, 0 before Python 3.11 counted them."""
    take_back = getattr(task, "uncancel", None)
    return 0 if take_back is None else take_back()


def start_now(coroutine: Coroutine[Any, Any, Any], loop: Any) -> asyncio.Task[Any]:
    """Return a task of ``coroutine`` whose first step is taken already, before this returns."""
    if sys.version_info >= (3, 12):
        return asyncio.Task(coroutine, loop=loop, eager_start=True)
    begun = _Begun(coroutine)
    task: asyncio.Task[Any] = loop.create_task(_rest(begun))
    current = asyncio.current_task(loop)
    if current is not None:
        asyncio.tasks._leave_task(loop, current)
    asyncio.tasks._enter_task(loop, task)
    try:
        begun.begin()
    finally:
        asyncio.tasks._leave_task(loop, task)
        if current is not None:
            asyncio.tasks._enter_task(loop, current)
    return task


class _Begun:
    """A coroutine that has taken its first step outside of its task, and goes on in it."""

    def __init__(self, coroutine: Coroutine[Any, Any, Any]) -> None:
        self._coroutine = coroutine
        self._step: Callable[[], Any] = lambda: None  # gives what it awaits, or raises its end

    def begin(self) -> None:
        """Take the first step."""
        try:
            awaited = self._coroutine.send(None)
        except BaseException as exc:  # noqa: BLE001 - the task raises it
            end = exc  # the name of the clause goes with it
            self._step = lambda: _raise(end)
        else:
            self._step = lambda: awaited

    def __await__(self) -> Generator[Any, Any, Any]:
        step = self._step
        while True:
            try:
                awaited = step()
            except StopIteration as stop:
                return stop.value
            try:
                value = yield awaited
            except BaseException as exc:  # noqa: BLE001 - the coroutine gets it
                step = partial(self._coroutine.throw, exc)
            else:
                step = partial(self._coroutine.send, value)


def _raise(exc: BaseException) -> Any:
    raise exc


async def _rest(begun: _Begun) -> Any:
    return await begun
