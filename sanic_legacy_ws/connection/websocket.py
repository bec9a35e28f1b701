"""The connection object that a handler gets: websockets 8's API on an asyncio transport.

`Inbox`, `Outbox` and `Keepalive` hold one subject each; here they meet the transport's callbacks.
"""

from __future__ import annotations

import asyncio
import sys
import warnings
from typing import Any, ClassVar, Mapping, NamedTuple

from .._compat.masking import apply_mask
from .._compat.transports import fills, gathers
from ..exceptions import Close
from ..wire.bulk import BULK, Bulk
from ..wire.close import parse_close, truncate_reason
from ..wire.decoder import ControlFrame, Decoder
from ..wire.deflate import Deflate
from ..wire.errors import WireError
from ..wire.frames import CLOSE, FIN, PING
from .closing import State, close_payload
from .inbox import Inbox
from .intake import Intake
from .keepalive import Keepalive
from .outbox import Outbox

_READ_ON = 1 << 20  # bytes to take in past a full queue, while closing
_FRAMES_A_TURN = 512  # control frames and fragments decoded at once: a millisecond or two
_LINGER = 1.0  # seconds to read on after a failure, where the transport cannot be half-closed


class Stats(NamedTuple):
    """What went over a connection so far; bytes are those of the frames, headers included."""

    messages_received: int
    messages_sent: int
    bytes_received: int
    bytes_sent: int


class LegacyWebSocket(Inbox, Outbox, Keepalive):
    """A WebSocket connection, server side, with websockets 8.1's `WebSocketCommonProtocol` API.

    Arguments and defaults are those of websockets 8.1: ``ping_interval``, ``ping_timeout`` and
    ``close_timeout`` in seconds (20, 20, 10; None switches the first two off), ``max_size`` in
    bytes of a message (1 MiB; None for no limit), ``max_queue`` in messages (32; None for no
    limit), ``read_limit`` and ``write_limit`` in bytes (64 KiB). It answers, too, what Sanic
    since 21.9 and its users call on Sanic's own object.
    """

    is_client: ClassVar[bool] = False
    side: ClassVar[str] = "server"

    subprotocol: str | None = None
    path: str | None = None
    request_headers: Mapping[str, str] | None = None
    response_headers: Mapping[str, str] | None = None
    max_size: int | None = 2**20
    max_queue: int | None = 2**5
    read_limit: int = 2**16
    write_limit: int = 2**16

    _decoder: Decoder
    _room = 2**5
    _remote_address: Any = None
    _local_address: Any = None
    _messages_received = 0
    _bytes_received = 0
    _reading_paused = False
    _room_due = False
    _keep_up_to = 0
    _fills = False
    _linger: asyncio.TimerHandle | None = None
    _host: str | None = None
    _port: int | None = None
    _secure: bool | None = None

    def __init__(
        self,
        *,
        ping_interval: float | None = 20,
        ping_timeout: float | None = 20,
        close_timeout: float | None = None,
        max_size: int | None = 2**20,
        max_queue: int | None = 2**5,
        read_limit: int = 2**16,
        write_limit: int = 2**16,
        loop: asyncio.AbstractEventLoop | None = None,
        host: str | None = None,
        port: int | None = None,
        secure: bool | None = None,
        legacy_recv: bool = False,
        timeout: float | None = None,
    ) -> None:
        if legacy_recv:
            raise TypeError("legacy_recv is not supported: recv never returned None since 3.0")
        if close_timeout is None:
            close_timeout = 10 if timeout is None else timeout
        self.loop = loop if loop is not None else asyncio.get_event_loop()
        self._configure(
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            close_timeout=close_timeout,
            max_size=max_size,
            max_queue=max_queue,
            read_limit=read_limit,
            write_limit=write_limit,
            _room=sys.maxsize if max_queue is None else max_queue,
            _host=host,
            _port=port,
            _secure=secure,
        )
        self._out = []
        self._deflate = None
        self._stalled = True  # until connection_open
        self._decoder = Decoder(max_size=max_size, mask=apply_mask)

    def _configure(self, **settings: Any) -> None:
        """Set what differs from the class's defaults.

        Up to 30 attributes, CPython keeps an instance's in a compact array.
        """
        for name, value in settings.items():
            if getattr(self, name) != value:
                setattr(self, name, value)

    def use_deflate(self, deflate: Deflate) -> None:
        """Compress and decompress by what the opening handshake agreed on (RFC 7692)."""
        self._deflate = deflate
        self._decoder = Decoder(max_size=self.max_size, mask=apply_mask, inflater=deflate)

    # What asyncio calls.

    def connection_made(self, transport: Any) -> None:
        """Take the transport (asyncio). Messages flow from `connection_open` on."""
        self.transport = transport
        transport.set_write_buffer_limits(self.write_limit)
        self._gathers = gathers(transport)
        self._fills = fills(transport)
        if self._local_address is None:
            self._remote_address = transport.get_extra_info("peername")
            self._local_address = transport.get_extra_info("sockname")

    def connection_open(self) -> None:
        """The opening handshake is done: messages flow from here on (websockets 8.1)."""
        self.state = State.OPEN
        self._settle()
        self._start_keepalive()
        self._go_on()

    def data_received(self, data: bytes) -> None:
        """Bytes arrived (asyncio)."""
        self._bytes_received += len(data)
        self._decoder.feed(data)
        if self._stalled:
            self._limit_buffer()
        else:
            self._pump()

    def eof_received(self) -> None:
        """The peer sends no more (asyncio): without a close frame that is a failure."""
        if self._stalled:
            self._pump(everything=True)
        if self.close_rcvd is None:
            self.fail_connection(1006)

    def resume_writing(self) -> None:
        """The buffer has drained (asyncio)."""
        super().resume_writing()
        self._pay_pong()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio)."""
        if self.state is State.CLOSED:
            return
        if self._stalled:
            self._pump(everything=True)
        self._out.clear()
        if self._linger is not None:
            self._linger.cancel()
            self._linger = None
        self._unstick()
        self._stop_keepalive()
        self._enter_closed()
        self._settle()
        self._abort_pings()
        self._wake_receiver()

    # Receiving.

    def _pump(self, everything: bool = False) -> None:
        """Decode what has arrived, up to ``max_queue`` messages."""
        messages = self._messages
        if messages is None:
            messages = self.messages
        before = len(messages)
        fault: WireError | None = None
        controls: list[ControlFrame] = []
        try:
            controls = self._decoder.decode(
                messages,
                sys.maxsize if everything or self.state is State.CLOSING else self._room - before,
                sys.maxsize if everything else _FRAMES_A_TURN,
            )
        except WireError as exc:
            fault = exc
        arrived = len(messages) - before
        if arrived:
            self._messages_received += arrived
            waiter = self._receiver
            if waiter is not None and not waiter.done():
                waiter.set_result(None)
                if not self._flush_due:
                    # Right behind the handler's turn: its answer leaves in that same turn.
                    self._flush_due = True
                    self.loop.call_soon(self._flush)
            if before + arrived >= self._room:
                self._stall(arrived)
        if controls:
            self._on_controls(controls)
        if fault is not None:
            self.fail_connection(fault.code, fault.reason)
        elif self._decoder.bulk is not None:
            self._take_in(self._decoder.bulk)
        elif self._decoder.interrupted:
            # Whatever else the loop has to do comes first.
            self._stalled = True
            self._limit_buffer()
            self._room_made()

    def _take_in(self, bulk: Bulk) -> None:
        """Have the transport read a large message into place."""
        transport = self.transport
        assert transport is not None
        if self._fills and bulk.missing >= BULK and not (self._stalled or transport.is_closing()):
            Intake(transport, bulk, self._on_bulk).begin()

    def _on_bulk(self, count: int, whole: bool) -> None:
        """The transport has read ``count`` bytes into place."""
        self._bytes_received += count
        if whole and self._decoder.bulk is not None:
            self._pump()

    def _on_controls(self, controls: list[ControlFrame]) -> None:
        for opcode, payload in controls:
            if opcode == CLOSE:
                self._on_close(payload)
            elif opcode == PING:
                self._on_ping(payload)
            else:
                self._on_pong(payload)

    def _stall(self, arrived: int) -> None:
        """The queue is full: leave the bytes where they are, in the end on the peer's side.

        While closing they are read, to find the peer's close frame. Past ``_READ_ON`` bytes the
        messages are dropped, with all that follow, lest there be a gap.
        """
        if self.state is State.OPEN:
            self._stalled = True
            self._limit_buffer()
        elif self.state is State.CLOSING and self._bytes_received > self._keep_up_to:
            self._room = 0
            for _ in range(arrived):
                self.messages.pop()

    def _limit_buffer(self) -> None:
        if self._decoder.buffered > self.read_limit and not self._reading_paused:
            assert self.transport is not None
            if not self.transport.is_closing():
                self._reading_paused = True
                self.transport.pause_reading()

    def _room_made(self) -> None:
        if not self._room_due:
            self._room_due = True
            self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        """Decode on after a stall, once a turn, however many messages were read in it."""
        self._room_due = False
        if not self._stalled or (self.state is State.OPEN and len(self.messages) >= self._room):
            return
        self._stalled = False
        self._excuse_stall()
        self._pump()
        if self._reading_paused and not self._stalled:
            self._resume_reading()

    def _resume_reading(self) -> None:
        self._reading_paused = False
        assert self.transport is not None
        if not self.transport.is_closing():
            self.transport.resume_reading()

    # The closing handshake (RFC 6455 section 7).

    def _on_close(self, payload: bytes) -> None:
        """The peer's close frame: answer it with its code, then close TCP (section 7.1.1)."""
        try:
            code, reason = parse_close(payload)
        except WireError as exc:
            self.fail_connection(exc.code, exc.reason)
            return
        self.close_rcvd = Close(code, reason)
        self.close_rcvd_then_sent = self.state is State.OPEN
        if self.state is State.OPEN:
            self._enter_closing()
            self.close_sent = self.close_rcvd
            self._send_close(payload)
        self._hang_up()

    def _enter_closing(self) -> None:
        if self.state is not State.CLOSING:
            self._keep_up_to = self._bytes_received + _READ_ON
        super()._enter_closing()
        self._settle()
        self._stop_keepalive()
        if self._stalled:
            self._stalled = False
            self.loop.call_soon(self._read_out)

    def _read_out(self) -> None:
        """Nobody may ever read the full queue: go on past it, to find the peer's close frame."""
        if self.state is State.CLOSING and not self._decoder.closed:
            self._pump()
            if self._reading_paused:
                self._resume_reading()

    def _send_close(self, payload: bytes) -> None:
        self._put_control(FIN | CLOSE, payload)
        self._flush()

    def _hang_up(self) -> None:
        """Both close frames are on their way: close TCP."""
        if self.transport is not None:
            self.transport.close()

    def fail_connection(self, code: int = 1006, reason: str = "") -> None:
        """Fail the connection (RFC 6455 section 7.1.7).

        Sends a close frame with ``code`` unless it is 1006, reads nothing more, and closes TCP as
        soon as the peer has hung up, at the latest after ``close_timeout`` seconds. Does not wait.
        """
        if self.state is State.CLOSED or self.transport is None:
            return
        if self.state is State.OPEN and code != 1006:
            reason = truncate_reason(reason)
            payload = close_payload(code, reason)
            self._decoder.discard()
            self._enter_closing()
            self.close_sent = Close(code, reason)
            self._send_close(payload)
            self._half_close()
        elif not self._lingering:
            self._decoder.discard()
            self._enter_closing()
            self._hang_up()

    @property
    def _lingering(self) -> bool:
        """Whether it has failed, and the peer is given time to read why."""
        return self.state is State.CLOSING and self._decoder.closed and self.close_rcvd is None

    def _half_close(self) -> None:
        """Let the close frame arrive: closing TCP over unread bytes would destroy it by a reset."""
        assert self.transport is not None
        if self._reading_paused:
            self._resume_reading()
        if self.transport.is_closing():
            return
        if self.transport.can_write_eof():
            self.transport.write_eof()
        else:
            self._linger = self.loop.call_later(min(_LINGER, self.close_timeout), self._hang_up)

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()

    # What one may ask of a connection.

    @property
    def waited_on(self) -> bool:
        """Whether a task waits on this connection, in whatever method."""
        return bool(self._receiver or self._senders or self._ended or self._awaited_pings)

    @property
    def _awaited_pings(self) -> bool:
        return any(not ping.waiter.done() for ping in self.pings.values())

    @property
    def stats(self) -> Stats:
        """Messages and bytes in both directions."""
        return Stats(
            self._messages_received,
            self._messages_sent + (len(self._out) >> 1),
            self._bytes_received,
            self._bytes_sent,
        )

    @property
    def extensions(self) -> list[Any]:
        """The extensions that the opening handshake agreed on."""
        return [] if self._deflate is None else [self._deflate]

    @property
    def remote_address(self) -> Any:
        """The peer's address, such as ``(host, port)``; kept after the connection is closed."""
        return self._remote_address

    @property
    def local_address(self) -> Any:
        """Our address, such as ``(host, port)``; kept after the connection is closed."""
        return self._local_address

    @property
    def host(self) -> str | None:
        """Deprecated since websockets 7: use `local_address`."""
        _deprecated("host", "local_address")
        return self._host

    @property
    def port(self) -> int | None:
        """Deprecated since websockets 7: use `local_address`."""
        _deprecated("port", "local_address")
        return self._port

    @property
    def secure(self) -> bool | None:
        """Deprecated since websockets 8: ask the transport for its ``sslcontext``."""
        _deprecated("secure", "transport")
        return self._secure


def _deprecated(name: str, instead: str) -> None:
    warnings.warn(f"don't use {name}; use {instead}", DeprecationWarning, stacklevel=3)
