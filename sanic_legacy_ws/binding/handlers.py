"""Which task runs the handler of a connection, and when it is over: read off what Sanic keeps.

Sanic's `_websocket_handler` runs in the task of the connection. It makes the handler's task, adds
it to ``app.websocket_tasks``, waits for it and removes it, and then closes the connection, with
nothing in between: on every line, 20.12 to 25.12. It swallows the handler's exception and closes
as for a handler that returned, so the end of the handler is to be had here alone.
"""

from __future__ import annotations

import asyncio
from typing import Any, Set
from weakref import WeakKeyDictionary, ref

from .._compat.interfaces import App
from .upgraded import Upgraded


class HandlerTasks(Set["asyncio.Future[Any]"]):
    """An app's ``websocket_tasks``, telling each connection of its handler's task."""

    def __init__(self, tasks: set[asyncio.Future[Any]]) -> None:
        super().__init__(tasks)
        # By the connection's task. Both are held weakly: a handler may never come.
        self._expected: WeakKeyDictionary[asyncio.Task[Any], ref[Upgraded]] = WeakKeyDictionary()
        self._handled: dict[asyncio.Future[Any], Upgraded] = {}

    @classmethod
    def of(cls, app: App) -> HandlerTasks:
        """Return the tasks of ``app``, watched from now on."""
        tasks = app.websocket_tasks
        if not isinstance(tasks, cls):
            tasks = app.websocket_tasks = cls(tasks)
        return tasks

    def expect(self, upgraded: Upgraded) -> None:
        """Take the handler that comes next in the running task for that of ``upgraded``."""
        task = asyncio.current_task(upgraded.loop)
        if task is not None:
            self._expected[task] = ref(upgraded)

    def add(self, task: asyncio.Future[Any]) -> None:
        """The handler's task was made (Sanic)."""
        super().add(task)
        current = asyncio.current_task(task.get_loop())
        expected = None if current is None else self._expected.pop(current, None)
        upgraded = None if expected is None else expected()
        if upgraded is not None:
            self._handled[task] = upgraded
            upgraded.handler_made(task)

    def remove(self, task: asyncio.Future[Any]) -> None:
        """The handler's task is over (Sanic)."""
        super().remove(task)
        upgraded = self._handled.pop(task, None)
        if upgraded is not None:
            upgraded.handler_over(task)
