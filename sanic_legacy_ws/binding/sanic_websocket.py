"""The connection as Sanic's `_websocket_handler` drives it."""

from __future__ import annotations

import asyncio
from typing import Any, Callable

from .._compat.sanic import NativeWebSocket
from ..connection import LegacyWebSocket
from ..connection.base import BaseWebSocket
from .upgraded import Upgraded


class SanicDriven(BaseWebSocket, Upgraded):
    """What a connection does since Sanic drives it, whatever carries its messages."""

    @property
    def unread(self) -> bool:
        """Whether there are messages that a handler can still read."""
        return self._readable

    @property
    def unread_size(self) -> int:
        """How long the messages are that nobody has read."""
        return sum(map(len, self._messages)) if self._messages else 0

    def drop(self) -> None:
        """Drop the connection now."""
        self._abort()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, as LegacyWebSocket does."""
        task = asyncio.current_task()
        self._waits_in_close(task)
        try:
            await super().close(self._resolve(code), reason)
        finally:
            self._waits_in_close(task, False)

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Begin to close the connection, as LegacyWebSocket does."""
        super().end_connection(self._resolve(code), reason)

    # The end: the handler is told before all others.

    def lost(self, task: asyncio.Task[Any] | None, tell: Callable[[], None]) -> None:
        """The transport is gone: ``tell`` reads what has arrived, then comes to `_conclude`."""
        self._waited_for_by(task)
        tell()

    def _conclude(self) -> None:
        if self._let_go():
            self._cancelled_first()
        else:
            self._tell()

    def _cancelled_first(self) -> None:
        self._hold_back()
        self._behind_handler(self._tell)

    @property
    def _of_handler(self) -> bool:
        return self.served_here

    async def _told_not_open(self) -> Exception:
        if self._is_enough:
            self._cancel_handler()
            self._cancelled_first()
        return await super()._told_not_open()

    @property
    def is_read(self) -> bool:
        """Whether the handler has read from the connection, or is waiting to."""
        return self._receiver is not None or self.stats.messages_received > len(self.messages)


class SanicWebSocket(SanicDriven, LegacyWebSocket, NativeWebSocket):  # type: ignore[misc]
    """A LegacyWebSocket that Sanic handed to a handler.

    An instance of the class of Sanic's own connection (21.9), for apps that ask; nothing of that
    class is used.
    """

    io_proto: Any = None  # Sanic's protocol, as on that class; it has `conn_info`

    def belong_to(self, protocol: Any) -> None:
        """Learn the protocol whose connection this is."""
        self.io_proto = protocol
