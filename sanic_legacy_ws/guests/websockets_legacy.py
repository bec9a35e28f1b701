"""websockets' own legacy connection as a guest, for those who want exactly that object.

``pip install sanic-legacy-ws[websockets-legacy]``; deprecated by websockets since 14.0, which
will remove it. The connection of this package has the same API, and needs none of it.
"""

from __future__ import annotations

from typing import Any

from .._compat.websockets_legacy import WebSocketCommonProtocol
from ..exceptions import ConnectionClosed
from .base import GuestProtocol, KeepsMessages, Opening
from .websockets_deflate import permessage_deflate


class LibraryWebSocket(KeepsMessages, WebSocketCommonProtocol):  # type: ignore[misc]
    """The installed library's `WebSocketCommonProtocol`, server side, as Sanic 21.6 gave it."""

    is_client = False
    side = "server"

    @property
    def unread(self) -> bool:
        """Whether there are messages left to read."""
        return bool(self.messages)

    async def recv(self) -> Any:
        """Return the next message, as the library does."""
        try:
            message = await super().recv()
        except ConnectionClosed:
            await self.ahead_of_failure()
            raise
        self.note_read()
        return message

    async def ensure_open(self) -> None:
        """Raise ConnectionClosed unless the connection is open, as the library does."""
        try:
            await super().ensure_open()
        except ConnectionClosed:
            await self.ahead_of_failure()
            raise

    def connection_made(self, transport: Any) -> None:
        """Take the transport (asyncio), and open: Sanic has done the handshake."""
        super().connection_made(transport)
        self.connection_open()

    def connection_closed_exc(self) -> Any:
        """Return how the connection ended, as an exception that Sanic 21.9 to 22.3 do not log."""
        exc: Any = super().connection_closed_exc()
        exc.quiet = True
        return exc


def websockets_legacy(opening: Opening) -> Any:
    """Return websockets' connection with the app's settings, for `GuestProtocol` or `guest`."""
    websocket: Any = LibraryWebSocket(**opening.settings.arguments())
    websocket.subprotocol = opening.subprotocol
    websocket.path = opening.request.raw_url.decode("ascii", "backslashreplace")
    websocket.request_headers = opening.request.headers
    websocket.response_headers = opening.headers
    if opening.deflate is not None:
        websocket.extensions = [permessage_deflate(opening.deflate)]
    return websocket


websockets_legacy.compresses = True  # type: ignore[attr-defined]


class WebsocketsLegacyProtocol(GuestProtocol):
    """Every WebSocket route gets websockets' own connection."""

    __slots__ = ()

    guest = staticmethod(websockets_legacy)


__all__ = [
    "LibraryWebSocket",
    "WebSocketCommonProtocol",
    "WebsocketsLegacyProtocol",
    "websockets_legacy",
]
