"""The connection as Sanic's `_websocket_handler` drives it."""

from __future__ import annotations

from typing import Any

from .._compat.sanic import NativeWebSocket
from ..connection import LegacyWebSocket
from ..connection.base import BaseWebSocket
from .upgraded import Upgraded, unsent


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

    @property
    def unsent(self) -> int:
        """How many bytes the transport has still to send; under ASGI the server does not tell."""
        return unsent(self.transport)

    def drop(self) -> None:
        """Drop the connection now."""
        self._abort()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, as LegacyWebSocket does."""
        await super().close(self._resolve(code), reason)

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Begin to close the connection, as LegacyWebSocket does."""
        super().end_connection(self._resolve(code), reason)


class SanicWebSocket(SanicDriven, LegacyWebSocket, NativeWebSocket):  # type: ignore[misc]
    """A LegacyWebSocket that Sanic handed to a handler.

    An instance of the class of Sanic's own connection (21.9), for apps that ask; nothing of that
    class is used.
    """

    io_proto: Any = None  # Sanic's protocol, as on that class; it has `conn_info`

    def belong_to(self, protocol: Any) -> None:
        """Learn the protocol whose connection this is."""
        self.io_proto = protocol
