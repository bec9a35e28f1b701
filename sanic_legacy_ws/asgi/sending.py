"""The ASGI server's ``send``, and a way out of it."""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable

from .._compat.tasks import uncancel
from .events import Event


class LeftError(Exception):
    """The connection is gone, and with it the wait for the server."""


class ServerSend:
    """Calls the server's ``send``, and leaves it when told to: not each server returns."""

    def __init__(self, send: Callable[[Event], Awaitable[None]]) -> None:
        self._send = send
        self._inside: set[asyncio.Task[Any]] = set()  # tasks that wait for the server

    async def __call__(self, event: Event) -> None:
        """Hand ``event`` to the server. Raises LeftError, and whatever the server raises."""
        task = asyncio.current_task()
        assert task is not None
        self._inside.add(task)
        try:
            await (self._close(event) if "code" in event else self._send(event))
        except asyncio.CancelledError:
            if task in self._inside or uncancel(task):
                raise  # somebody else cancels
            raise LeftError from None
        finally:
            self._inside.discard(task)

    async def _close(self, event: Event) -> None:
        try:
            await self._send(event)
        except Exception:  # noqa: BLE001 - its kind is the server's own
            # daphne refuses to close with 1001 to 2999; without a code it does close.
            await self._send({"type": event["type"]})

    @property
    def waited_on(self) -> bool:
        """Whether a task waits for the server."""
        return bool(self._inside)

    def leave(self) -> None:
        """Have every task that waits for the server raise LeftError."""
        tasks, self._inside = self._inside, set()
        for task in tasks:
            task.cancel()
