"""The connection object that a handler gets: websockets 8's API on an asyncio transport.

How it is built: one object, one class for each subject, each of which declares its attributes,
writes them, and calls nothing but its own bases; what a base asks of a subclass is a hook, an
abstract method. From the bottom::

    Lifecycle         state, close codes, who waits for the end       state.py
    Facts             settings, opening handshake, addresses          facts.py
    Milestones        websockets 8's tasks, as futures                milestones.py
    Inbox             the queue, and `recv`                           inbox.py
    Closing           who may close, and the deadline of that         closing.py
    BaseWebSocket     all of these: AsgiWebSocket begins here         base.py
    Outbox            `send`, and the way to the transport            outbox.py
    Keepalive         pings, pongs, one clock a loop                  keepalive.py
    Reading           bytes from the transport into the queue         reading.py
    ClosingHandshake  the close frames, and TCP's end behind them     closing.py
    LegacyWebSocket   the constructor, and the first and last call    this module

A message in: the transport calls `data_received`. A read that is one whole message, as most are
where each peer has one in flight, goes to the queue at once; from any other, `_pump` has the
decoder take what is whole. Pings are answered, pongs and close frames looked at, in the same call.
The `Turn` of the loop wakes the one `recv` that waits, once all that was ready has run. Where
``_held`` has a bit set (the queue is full, this turn of the loop has done enough) bytes stay
undecoded, and past ``read_limit`` of them unread; `recv` makes room, and `_go_on` decodes on in the
next turn. Who has had more than a turn's work waits in line with the others of its loop (`Share`).

A message out: `send` appends header and payload to ``_out``, and the `Turn` calls `_flush`, behind
the handler that it woke, so that all that is sent in one turn is one system call. Where
``_blocked`` has a bit set it first waits in line. `_flush` counts each pair in ``_out`` as one
message sent, since that is nearly always right; who puts another kind of frame there takes one off
``_messages_sent`` before.

The end: whoever begins it calls `_enter_closing`. `connection_lost`, which the transport calls
once, is where all who wait are told: on `wait_closed`, `send`, `recv`, a pong or a milestone.
"""

from __future__ import annotations

import asyncio
from typing import Any

from .base import BaseWebSocket
from .closing import ClosingHandshake
from .facts import Stats
from .state import State


class LegacyWebSocket(ClosingHandshake, BaseWebSocket):
    """A WebSocket connection, server side, with websockets 8.1's `WebSocketCommonProtocol` API.

    Arguments and defaults are those of websockets 8.1: ``ping_interval``, ``ping_timeout`` and
    ``close_timeout`` in seconds (20, 20, 10; None switches the first two off), ``max_size`` in
    bytes of a message (1 MiB; None for no limit), ``max_queue`` in messages (32; None for no
    limit), ``read_limit`` and ``write_limit`` in bytes (64 KiB). If the peer reads nothing for
    ``send_timeout`` seconds while ``send`` waits, the connection is dropped (None: never). The
    object also has the methods of Sanic's own object since 21.9.
    """

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
        send_timeout: float | None = None,
    ) -> None:
        if legacy_recv:
            raise TypeError("legacy_recv is not supported: recv never returned None since 3.0")
        if close_timeout is None:
            close_timeout = 10 if timeout is None else timeout
        super().__init__(loop if loop is not None else asyncio.get_event_loop())
        self._configure(
            ping_interval=ping_interval,
            ping_timeout=ping_timeout,
            close_timeout=close_timeout,
            max_size=max_size,
            max_queue=max_queue,
            read_limit=read_limit,
            write_limit=write_limit,
            send_timeout=send_timeout,
            _host=host,
            _port=port,
            _secure=secure,
        )
        self._decode_by(None)

    def connection_made(self, transport: Any) -> None:
        """Take the transport (asyncio). Messages flow from `connection_open` on."""
        self._carry(transport)
        self._send_to(transport)
        self.between(transport.get_extra_info("peername"), transport.get_extra_info("sockname"))

    def connection_open(self) -> None:
        """The opening handshake is done: messages flow from here on (websockets 8.1)."""
        self._enter(State.OPEN)
        self._begin_sending()
        self._start_keepalive()
        self._begin_reading()

    def eof_received(self) -> None:
        """The peer sends no more (asyncio): without a close frame that is a failure."""
        self._read_to_the_end()
        if self.close_rcvd is None:
            self._failed_by(EOFError("the peer has hung up without a close frame"))
            self._end_of_stream()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio)."""
        if self.state is State.CLOSED:
            return
        if exc is not None:
            self._read_dry()
        self._read_to_the_end()
        if exc is not None and self.close_rcvd is None:
            self._failed_by(exc)
        self._drop_unsent()
        self._drop_linger()
        self._drop_deadline()
        self._stop_keepalive()
        self._enter(State.CLOSED)
        self._refill()
        self._stop_sending()
        self._conclude()

    def _tell(self) -> None:
        """No pong and no message will come, either."""
        super()._tell()
        self.abort_pings()
        self._wake_receiver()

    @property
    def waited_on(self) -> bool:
        """Whether a task waits on this connection, in whatever method."""
        return bool(self._receiver or self._sender_waits or self._ended or self._pong_awaited)

    @property
    def stats(self) -> Stats:
        """Messages and bytes in both directions."""
        return Stats(
            self._messages_received,
            self._messages_sent + (len(self._out) >> 1),
            self._bytes_received,
            self._bytes_sent,
            self._telling_code,
        )

    @property
    def extensions(self) -> list[Any]:
        """The extensions that the opening handshake agreed on."""
        return [] if self._deflate is None else [self._deflate]


__all__ = ["LegacyWebSocket", "Stats"]
