"""websockets' current connection as a guest, for teams that leave the old API for websockets' own.

``pip install sanic-legacy-ws[websockets-asyncio]``; ImportError before websockets 13.
"""

from __future__ import annotations

from typing import Any

from .._compat.websockets_asyncio import (
    NO_LIMIT,
    OPEN,
    Connection,
    Headers,
    Request,
    Response,
    ServerConnection,
    ServerProtocol,
)
from ..exceptions import ConnectionClosed
from ..wire.handshake import accept_key
from .base import GuestProtocol, KeepsMessages, Opening
from .websockets_deflate import permessage_deflate


class LibraryConnection(KeepsMessages, ServerConnection):
    """The installed library's `websockets.asyncio.server.ServerConnection`.

    Sanic accepted the connection, and this package did the opening handshake. Two things are
    added: it stops reading from a peer that does not read, and it can be closed without waiting.
    """

    transport: Any

    def connection_made(self, transport: Any) -> None:
        """Take the transport (asyncio). The handler is Sanic's to start."""
        throttle: Any = _Throttle(transport)
        Connection.connection_made(self, throttle)
        self.start_keepalive()

    async def recv(self, decode: bool | None = None) -> Any:
        """Return the next message, as the library does."""
        try:
            message = await super().recv(decode)
        except ConnectionClosed:
            await self.ahead_of_failure()
            raise
        self.note_read()
        return message

    async def send(self, message: Any, **options: Any) -> None:
        """Send a message, as the library does."""
        try:
            await super().send(message, **options)
        except ConnectionClosed:
            await self.ahead_of_failure()
            raise

    def pause_writing(self) -> None:
        """The write buffer is full (asyncio): pongs must not fill it up further."""
        super().pause_writing()
        self.transport.throttle(True)

    def resume_writing(self) -> None:
        """The write buffer has drained (asyncio)."""
        super().resume_writing()
        self.transport.throttle(False)

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame, if none was sent; does not wait."""
        if self.protocol.state is OPEN:
            self.protocol.send_close(code, reason)
            self.send_data()

    @property
    def close_code(self) -> int | None:
        """The close code (RFC 6455, section 7.1.5), which websockets has here since 14.1."""
        return self.protocol.close_code

    @property
    def close_reason(self) -> str | None:
        """The close reason (RFC 6455, section 7.1.6), which websockets has here since 14.1."""
        return self.protocol.close_reason

    @property
    def waited_on(self) -> bool:
        """Whether a task waits for a message, or for room to send."""
        return bool(self.recv_messages.get_in_progress or self.drain_waiters)

    @property
    def unread(self) -> bool:
        """Whether frames of messages are left to read."""
        return len(self.recv_messages.frames) > 0


class _Throttle:
    """The transport as the connection sees it: not read from while the peer does not read."""

    def __init__(self, transport: Any) -> None:
        self._transport = transport
        self.write = transport.write  # the way of each frame, past __getattr__
        self._wanted = True  # the connection's queue has room
        self._throttled = False  # the write buffer is full

    def __getattr__(self, name: str) -> Any:
        return getattr(self._transport, name)

    def pause_reading(self) -> None:
        """The connection's queue is full."""
        self._wanted = False
        self._settle()

    def resume_reading(self) -> None:
        """The connection's queue has room."""
        self._wanted = True
        self._settle()

    def throttle(self, on: bool) -> None:
        """The write buffer is full, or it has drained."""
        self._throttled = on
        self._settle()

    def _settle(self) -> None:
        if self._transport.is_closing():
            return
        if self._wanted and not self._throttled:
            self._transport.resume_reading()
        else:
            self._transport.pause_reading()


def websockets_asyncio(opening: Opening) -> Any:
    """Return websockets' connection with the app's settings, for `GuestProtocol` or `guest`."""
    settings = opening.settings
    protocol = ServerProtocol(state=OPEN, max_size=settings.max_size)
    protocol.subprotocol = opening.subprotocol  # type: ignore[assignment]
    if opening.deflate is not None:
        protocol.extensions = [permessage_deflate(opening.deflate)]
    no_server: Any = None  # it would start the handler
    connection = LibraryConnection(
        protocol,
        no_server,
        ping_interval=settings.ping_interval,
        ping_timeout=settings.ping_timeout,
        close_timeout=settings.timeout,
        max_queue=NO_LIMIT if settings.max_queue is None else settings.max_queue,  # type: ignore[arg-type]
        write_limit=settings.write_limit,
    )
    connection.request = _request(opening)
    connection.response = _response(opening)
    return connection


websockets_asyncio.compresses = True  # type: ignore[attr-defined]


def _request(opening: Opening) -> Request:
    path = opening.request.raw_url.decode("ascii", "backslashreplace")
    return Request(path, Headers(list(opening.request.headers.items())))


def _response(opening: Opening) -> Response:
    key = opening.request.headers.get("sec-websocket-key", "")
    headers = Headers(Upgrade="websocket", Connection="Upgrade")
    headers["Sec-WebSocket-Accept"] = accept_key(key)
    if opening.subprotocol is not None:
        headers["Sec-WebSocket-Protocol"] = opening.subprotocol
    headers.update(opening.headers)
    return Response(101, "Switching Protocols", headers)


class WebsocketsAsyncioProtocol(GuestProtocol):
    """Every WebSocket route gets websockets' own connection."""

    __slots__ = ()

    guest = staticmethod(websockets_asyncio)


__all__ = ["LibraryConnection", "WebsocketsAsyncioProtocol", "websockets_asyncio"]
