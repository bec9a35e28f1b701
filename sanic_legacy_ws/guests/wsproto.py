"""wsproto as a guest: its events in and out, and a small ``recv`` and ``send``.

``pip install sanic-legacy-ws[wsproto]``.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, AsyncIterator

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import (
    BytesMessage,
    CloseConnection,
    Event,
    Message,
    Ping,
    TextMessage,
)
from wsproto.extensions import Extension, PerMessageDeflate
from wsproto.utilities import RemoteProtocolError

from ..exceptions import Close, connection_closed
from ..wire.close import CloseCode
from ..wire.deflate import Deflate
from .base import GuestProtocol, Opening


class WsprotoWebSocket(asyncio.Protocol):
    """A WebSocket by wsproto.

    Messages by ``recv``, ``send`` and ``async for``, or wsproto's events by ``next_event`` and
    ``send_event``. Pings and the peer's close frame are answered before one sees their events.
    ``max_size``, ``max_queue`` (in events here), ``write_limit`` and ``timeout`` are the app's
    WEBSOCKET_* settings, and so is whether it compresses; there is no keepalive.
    """

    compresses = True

    def __init__(self, opening: Opening) -> None:
        self.subprotocol = opening.subprotocol
        self.request_headers = opening.request.headers
        self._settings = opening.settings
        self._connection = Connection(ConnectionType.SERVER, _extensions(opening.deflate))
        self._events: deque[Event] = deque()
        self._receiver: asyncio.Future[None] | None = None
        self._reading_paused = False
        self._writable = asyncio.Event()
        self._gone = asyncio.Event()
        self.close_rcvd: Close | None = None
        self.close_sent: Close | None = None
        self.close_rcvd_then_sent: bool | None = None
        self.transport: Any = None
        self._writable.set()

    # What asyncio calls.

    def connection_made(self, transport: Any) -> None:
        """Take the transport (asyncio)."""
        self.transport = transport
        transport.set_write_buffer_limits(self._settings.write_limit)

    def data_received(self, data: bytes) -> None:
        """Bytes arrived (asyncio)."""
        if self._connection.state is ConnectionState.CLOSED:
            return
        try:
            self._connection.receive_data(data)
            for event in self._connection.events():
                self._on_event(event)
        except RemoteProtocolError as error:
            hint: Any = error.event_hint or CloseConnection(CloseCode.PROTOCOL_ERROR)
            self.end_connection(hint.code, hint.reason or "")
            self.transport.close()

    def pause_writing(self) -> None:
        """The write buffer is full (asyncio)."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The write buffer has drained (asyncio)."""
        self._writable.set()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio)."""
        self._gone.set()
        self._writable.set()
        self._wake()

    # Events.

    async def next_event(self) -> Event:
        """Return wsproto's next event. Raises ConnectionClosed when there are no more."""
        while not self._events:
            if self._gone.is_set():
                raise connection_closed(self.close_rcvd, self.close_sent, None)
            await self._arrival()
        event = self._events.popleft()
        if self._reading_paused and len(self._events) < self._room:
            self._reading_paused = False
            self.transport.resume_reading()
        return event

    async def send_event(self, event: Event) -> None:
        """Send one of wsproto's events; waits while the peer does not read.

        Raises ConnectionClosed once a close frame was sent or the connection is gone.
        """
        await self._writable.wait()
        if not self.open:
            raise connection_closed(self.close_rcvd, self.close_sent, None)
        if isinstance(event, CloseConnection):
            self.end_connection(event.code, event.reason or "")
        else:
            self.transport.write(self._connection.send(event))

    # Messages.

    async def recv(self) -> str | bytes:
        """Return the next message. Raises ConnectionClosed."""
        parts: list[Any] = []
        size = 0
        while True:
            event = await self.next_event()
            if not isinstance(event, Message):
                continue
            size += len(event.data)
            if self._settings.max_size is not None and size > self._settings.max_size:
                self.end_connection(CloseCode.MESSAGE_TOO_BIG)
                parts.clear()
            parts.append(event.data)
            if event.message_finished and self.open:
                return ("" if isinstance(event, TextMessage) else b"").join(parts)

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        while True:
            yield await self.recv()

    async def send(self, message: str | bytes) -> None:
        """Send a message: ``str`` as text, bytes as binary. Raises ConnectionClosed."""
        kind: Any = TextMessage if isinstance(message, str) else BytesMessage
        await self.send_event(kind(data=message))

    # The end.

    @property
    def open(self) -> bool:
        """Whether messages can be sent."""
        return self._connection.state is ConnectionState.OPEN and not self._gone.is_set()

    @property
    def close_code(self) -> int | None:
        """The peer's close code, 1006 if it sent none; None before the connection is gone."""
        if not self._gone.is_set():
            return None
        return self.close_rcvd.code if self.close_rcvd else CloseCode.ABNORMAL_CLOSURE

    @property
    def waited_on(self) -> bool:
        """Whether a task waits for an event or to send."""
        return self._receiver is not None or not self._writable.is_set()

    @property
    def unread(self) -> bool:
        """Whether there are events left to read."""
        return bool(self._events)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame, if none was sent, and wait until the connection is gone.

        That is `WEBSOCKET_TIMEOUT` seconds away at most.
        """
        self.end_connection(code, reason)
        await self._gone.wait()

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame, if none was sent; does not wait."""
        if self.open:
            self.close_sent = Close(code, reason)
            self.close_rcvd_then_sent = False
            self.transport.write(self._connection.send(CloseConnection(code, reason)))
            self._resume()

    # What goes on inside.

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Ping):
            self.transport.write(self._connection.send(event.response()))
        elif isinstance(event, CloseConnection):
            self._on_close(event)
        self._events.append(event)
        self._wake()
        if len(self._events) >= self._room and self.open and not self._reading_paused:
            self._reading_paused = True
            self.transport.pause_reading()

    def _on_close(self, event: CloseConnection) -> None:
        if self.open:  # no close frame came: wsproto's way to report a fault of the peer
            self.end_connection(event.code, event.reason or "")
        else:
            self.close_rcvd = Close(event.code, event.reason or "")
        if self._connection.state is ConnectionState.REMOTE_CLOSING:
            self.close_sent = self.close_rcvd
            self.close_rcvd_then_sent = True
            self.transport.write(self._connection.send(event.response()))
        self.transport.close()

    @property
    def _room(self) -> float:
        return self._settings.max_queue or float("inf")

    def _resume(self) -> None:
        """Read on, though nobody may read the events, to find the peer's close frame."""
        if self._reading_paused:
            self._reading_paused = False
            self.transport.resume_reading()

    async def _arrival(self) -> None:
        if self._receiver is not None:
            raise RuntimeError("another task waits for the next event already")
        self._receiver = asyncio.get_event_loop().create_future()
        try:
            await self._receiver
        finally:
            self._receiver = None

    def _wake(self) -> None:
        if self._receiver is not None and not self._receiver.done():
            self._receiver.set_result(None)


def _extensions(deflate: Deflate | None) -> list[Extension]:
    """Return wsproto's permessage-deflate, set up by what was agreed on."""
    if deflate is None:
        return []
    agreed = deflate.agreed
    extension = PerMessageDeflate(
        agreed.client_no_context_takeover,
        agreed.client_max_window_bits,
        agreed.server_no_context_takeover,
        agreed.server_max_window_bits,
    )
    extension.finalize(extension.name)  # all is settled: this switches it on
    return [extension]


class WsprotoProtocol(GuestProtocol):
    """Every WebSocket route gets a `WsprotoWebSocket`."""

    __slots__ = ()

    guest = WsprotoWebSocket


wsproto = WsprotoWebSocket
"""The guest factory, for `GuestProtocol` or `guest`."""

__all__ = ["WsprotoProtocol", "WsprotoWebSocket", "wsproto"]
