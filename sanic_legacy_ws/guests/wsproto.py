"""wsproto as a guest: its events in and out, and a small ``recv`` and ``send``.

``pip install sanic-legacy-ws[wsproto]``.
"""

from __future__ import annotations

import asyncio
from collections import deque
from io import BytesIO, StringIO
from typing import Any, AsyncIterator, Callable, NoReturn

from wsproto.connection import Connection, ConnectionState, ConnectionType
from wsproto.events import (
    BytesMessage,
    CloseConnection,
    Event,
    Message,
    Ping,
    Pong,
    TextMessage,
)
from wsproto.utilities import RemoteProtocolError

from .._compat.transports import half_close
from ..exceptions import Close, ConnectionClosedOK, connection_closed
from ..wire.close import CloseCode
from .base import GuestProtocol, KeepsMessages, Opening
from .wsproto_deflate import BoundedDeflate

_EVENTS_A_TURN = 256  # decoded before everything else has its turn: a few milliseconds
_BYTES_A_TURN = 1 << 20  # of messages, inflated; likewise
_LINGER = 1.0  # seconds for the peer to read why it failed, where TCP cannot be half-closed
_KEEPALIVE = b"keepalive"  # payload of our own pings


class WsprotoWebSocket(KeepsMessages, asyncio.Protocol):
    """A WebSocket by wsproto.

    Messages by ``recv``, ``send`` and ``async for``, or wsproto's events by ``next_event`` and
    ``send_event``. Pings and the peer's close frame are answered before you get their events.
    The app's WEBSOCKET_* settings apply to size, queue (counted in events here), write limit,
    pings, timeout and compression.
    """

    compresses = True

    def __init__(self, opening: Opening) -> None:
        settings = self._settings = opening.settings
        self.subprotocol = opening.subprotocol
        self.request_headers = opening.request.headers
        self.transport: Any = None
        self.close_rcvd: Close | None = None
        self.close_sent: Close | None = None
        self.close_rcvd_then_sent: bool | None = None
        self._deflate: BoundedDeflate | None = None
        if opening.deflate is not None:
            self._deflate = BoundedDeflate(opening.deflate, settings.max_size)
        extensions: list[Any] = [] if self._deflate is None else [self._deflate]
        self._connection = Connection(ConnectionType.SERVER, extensions)
        self._loop = asyncio.get_event_loop()
        # Receiving.
        self._events: deque[Event] = deque()
        self._message: Any = None  # what `recv` has of a message: a cancelled one leaves it
        self._size = 0  # bytes of the message that arrives
        self._receiver: asyncio.Future[None] | None = None
        self._more = False  # wsproto holds bytes that are not decoded: queue full, or turn spent
        self._pump_due = False  # a call of `_pump` is scheduled
        self._deaf = False  # nothing is decoded any more: a fault of the peer, or its close frame
        self._reading_paused = False
        # Sending.
        self._writable = asyncio.Event()
        self._writable.set()
        self._senders = 0  # tasks that wait in `send_event`
        self._owed_pong: Event | None = None  # the latest, while the peer does not read
        # The end, and keepalive.
        self._gone = asyncio.Event()
        self._linger: asyncio.TimerHandle | None = None
        self._clock: asyncio.TimerHandle | None = None
        self._pinged = False  # a keepalive ping is not answered yet
        self._last_chance = False  # its time is not over until the loop has read once more

    # What asyncio calls.

    def connection_made(self, transport: Any) -> None:
        """Take the transport (asyncio)."""
        self.transport = transport
        transport.set_write_buffer_limits(self._settings.write_limit)
        if self._settings.ping_interval is not None:
            self._clock = self._loop.call_later(self._settings.ping_interval, self._probe)

    def data_received(self, data: bytes) -> None:
        """Bytes arrived (asyncio)."""
        if not self._deaf:
            self._connection.receive_data(data)
            if self._more:
                self._pause_reading()
            else:
                self._pump()

    def pause_writing(self) -> None:
        """The write buffer is full (asyncio)."""
        self._writable.clear()

    def resume_writing(self) -> None:
        """The write buffer has drained (asyncio)."""
        self._writable.set()
        pong, self._owed_pong = self._owed_pong, None
        if pong is not None and self.open:
            self.transport.write(self._connection.send(pong))

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio). What had arrived can still be read."""
        self._gone.set()
        self._writable.set()
        for timer in (self._clock, self._linger):
            if timer is not None:
                timer.cancel()
        self._wake()

    # Events.

    async def next_event(self) -> Event:
        """Return wsproto's next event. Raises ConnectionClosed when there are no more."""
        while not self._events:
            if self._more and not self._pump_due:
                self._pump()
            elif self._gone.is_set() and not self._more:
                await self._fails()
            else:
                await self._arrival()
        self.note_read()
        event = self._events.popleft()
        if self._more:
            self._pump_soon()
        return event

    async def send_event(self, event: Event) -> None:
        """Send one of wsproto's events; waits while the peer does not read.

        Raises ConnectionClosed once a close frame was sent or the connection is gone.
        """
        self._senders += 1
        try:
            await self._writable.wait()
        finally:
            self._senders -= 1
        if not self.open:
            await self._fails()
        if isinstance(event, CloseConnection):
            self.end_connection(event.code, event.reason or "")
        else:
            self.transport.write(self._connection.send(event))

    # Messages.

    async def recv(self) -> str | bytes:
        """Return the next message; may be cancelled, nothing is lost. Raises ConnectionClosed."""
        while True:
            event = await self.next_event()
            if isinstance(event, Message):
                if self._message is None:
                    # Not a list: an object for each fragment is more than a short one holds.
                    self._message = StringIO() if isinstance(event, TextMessage) else BytesIO()
                self._message.write(event.data)
                if event.message_finished:
                    message, self._message = self._message.getvalue(), None
                    return message  # type: ignore[no-any-return]

    async def __aiter__(self) -> AsyncIterator[str | bytes]:
        """Iterate over the messages; ends on an orderly end, raises ConnectionClosedError else."""
        try:
            while True:
                yield await self.recv()
        except ConnectionClosedOK:
            return

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
        return self._receiver is not None or self._senders > 0

    @property
    def unread(self) -> bool:
        """Whether there are messages left to read."""
        return self._more or any(isinstance(event, Message) for event in self._events)

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame, if none was sent, and wait until the connection is gone.

        This takes `WEBSOCKET_TIMEOUT` seconds at most.
        """
        self.end_connection(code, reason)
        await self._gone.wait()

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame, if none was sent; does not wait."""
        if self.open:
            self.close_sent = Close(code, reason)
            self.close_rcvd_then_sent = False
            self.transport.write(self._connection.send(CloseConnection(code, reason)))
            self._read_on()

    def _fail(self, code: int, reason: str) -> None:
        """End it, and read nothing more; TCP stays until the peer has had time to read why."""
        self._deaf, self._more = True, False
        self.end_connection(code, reason)
        self._resume_reading()
        if not half_close(self.transport) and self._linger is None:
            self._linger = self._loop.call_later(_LINGER, self.transport.close)

    async def _fails(self) -> NoReturn:
        await self.ahead_of_failure()
        raise connection_closed(self.close_rcvd, self.close_sent, self.close_rcvd_then_sent)

    # What goes on inside.

    def _pump(self) -> None:
        """Take wsproto's events: as many as there is room for, and a bounded number in a turn."""
        self._pump_due = self._more = False
        count = size = 0
        try:
            for event in self._connection.events():
                count += 1
                size += len(event.data) if isinstance(event, Message) else 0
                self._on_event(event)
                if self._deaf:
                    break
                spent = count >= _EVENTS_A_TURN or size >= _BYTES_A_TURN
                if spent or self._is_full:
                    self._more = True
                    self._pause_reading()
                    break
        except RemoteProtocolError as error:
            hint: Any = error.event_hint or CloseConnection(CloseCode.PROTOCOL_ERROR)
            self._fail(hint.code, hint.reason or "")
        if not self._more:
            self._resume_reading()
        elif not self._is_full:
            self._pump_soon()
        self._wake()

    def _pump_soon(self) -> None:
        if not self._pump_due:
            self._pump_due = True
            self._loop.call_soon(self._pump)

    @property
    def _is_full(self) -> bool:
        limit = self._settings.max_queue
        return limit is not None and len(self._events) >= limit and self.open

    def _on_event(self, event: Event) -> None:
        if isinstance(event, Message):
            self._on_message(event)
            return
        if isinstance(event, Ping):
            self._on_ping(event)
        elif isinstance(event, CloseConnection):
            self._on_close(event)
        elif isinstance(event, Pong) and event.payload == _KEEPALIVE:
            self._pinged = False
            return  # of our own ping
        limit = self._settings.max_queue
        if isinstance(event, CloseConnection) or limit is None or len(self._events) < limit:
            self._events.append(event)

    def _on_message(self, event: Message[Any]) -> None:
        self._size += len(event.data)
        limit = self._settings.max_size
        if limit is not None and self._size > limit:
            self._fail(CloseCode.MESSAGE_TOO_BIG, f"message over {limit} bytes")
            return
        if event.message_finished:
            self._size = 0
        # After our close frame there may be nobody to read: what is over the queue is dropped.
        room = self._settings.max_queue
        if self.open or room is None or len(self._events) < room:
            self._events.append(event)

    def _on_ping(self, event: Ping) -> None:
        """Answer it; while the peer does not read, only the latest one (RFC 6455, 5.5.3)."""
        if not self.open:
            return
        if self._writable.is_set():
            self.transport.write(self._connection.send(event.response()))
        else:
            self._owed_pong = event.response()

    def _on_close(self, event: CloseConnection) -> None:
        state = self._connection.state
        if state not in (ConnectionState.REMOTE_CLOSING, ConnectionState.CLOSED):
            # No close frame came: it is wsproto's way to report a fault of the peer.
            self._fail(event.code, event.reason or "")
            return
        self.close_rcvd = Close(event.code, event.reason or "")
        if state is ConnectionState.REMOTE_CLOSING:
            self.close_sent = self.close_rcvd
            self.close_rcvd_then_sent = True
            self.transport.write(self._connection.send(event.response()))
        self._deaf = True
        self.transport.close()

    def _read_on(self) -> None:
        """Decode on, though nobody may read the events, to find the peer's close frame."""
        if self._deflate is not None:
            self._deflate.discarding = True
        if self._more:
            self._pump_soon()

    def _pause_reading(self) -> None:
        if not self._reading_paused and not self.transport.is_closing():
            self._reading_paused = True
            self.transport.pause_reading()

    def _resume_reading(self) -> None:
        if self._reading_paused and not self.transport.is_closing():
            self._reading_paused = False
            self.transport.resume_reading()

    async def _arrival(self) -> None:
        if self._receiver is not None:
            raise RuntimeError("another task waits for the next event already")
        self._receiver = self._loop.create_future()
        try:
            await self._receiver
        finally:
            self._receiver = None

    def _wake(self) -> None:
        if self._receiver is not None and not self._receiver.done():
            self._receiver.set_result(None)

    # Keepalive: a ping every ping_interval, and ping_timeout to answer it.

    def _call_in(self, seconds: float, callback: Callable[[], None]) -> None:
        self._clock = self._loop.call_later(seconds, callback)

    def _probe(self) -> None:
        """Ping the peer."""
        interval, timeout = self._settings.ping_interval, self._settings.ping_timeout
        if not self.open or interval is None:
            return
        if self._writable.is_set():
            self.transport.write(self._connection.send(Ping(_KEEPALIVE)))
        if timeout is None:
            self._call_in(interval, self._probe)
        else:
            self._pinged, self._last_chance = True, True
            self._call_in(timeout, self._judge)

    def _judge(self) -> None:
        """The time to answer is over."""
        interval, timeout = self._settings.ping_interval or 0, self._settings.ping_timeout or 0
        if not self._pinged:
            self._call_in(max(interval - timeout, 0), self._probe)
        elif not self._may_judge:
            self._probe()  # while nothing is read, only a write finds out that the peer is gone
        elif self._last_chance:
            self._last_chance = False
            self._call_in(0, self._judge)  # what arrived while the loop was busy is read first
        elif self.open:
            self._fail(CloseCode.INTERNAL_ERROR, "keepalive ping timeout")

    @property
    def _may_judge(self) -> bool:
        """Whether no answer is the peer's fault: we read, or wait for it to read what we send."""
        return not self._reading_paused or (self._senders > 0 and not self._writable.is_set())


class WsprotoProtocol(GuestProtocol):
    """Every WebSocket route gets a `WsprotoWebSocket`."""

    __slots__ = ()

    guest = WsprotoWebSocket


wsproto = WsprotoWebSocket
"""The guest factory, for `GuestProtocol` or `guest`."""

__all__ = ["WsprotoProtocol", "WsprotoWebSocket", "wsproto"]
