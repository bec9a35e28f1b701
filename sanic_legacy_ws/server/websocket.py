"""The connection as Sanic's `_websocket_handler` drives it.

Sanic closes with 1000 however the handler ended. Here the handler's own task says how it did:
1011 if it raised, 1001 if the worker stops.
"""

from __future__ import annotations

import asyncio
import sys
from typing import Any

from .._compat.exceptions import ConnectionClosed
from .._compat.sanic import handler_task
from ..connection import LegacyWebSocket
from ..wire.close import CloseCode


class SanicWebSocket(LegacyWebSocket):
    """A LegacyWebSocket that Sanic handed to a handler."""

    stopping: asyncio.Future[None] | None = None
    """Done when the worker begins to stop."""

    handler_ended = False

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, as LegacyWebSocket does."""
        code = self._code_of_end(code)
        await super().close(code, reason)

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Begin to close the connection, as LegacyWebSocket does."""
        code = self._code_of_end(code)
        super().end_connection(code, reason)

    def _code_of_end(self, code: int) -> int:
        """Return ``code``, or what the end of the handler asks for if it is Sanic that closes."""
        task = handler_task(sys._getframe(2))
        if task is None:
            return code
        self.handler_ended = True
        return self.code_for(task) or code

    def code_for(self, task: asyncio.Future[Any]) -> int | None:
        """Return the close code that the end of the handler's task asks for, if any."""
        if task.done() and not task.cancelled():
            error = task.exception()
            if error is not None and not isinstance(error, ConnectionClosed):
                return CloseCode.INTERNAL_ERROR
        if self.stopping is not None and self.stopping.done():
            return CloseCode.GOING_AWAY
        return None
