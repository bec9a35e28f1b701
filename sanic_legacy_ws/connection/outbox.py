"""The sending side: frames are collected and written once per loop turn.

The system call costs more than everything else about a small message, so ``send`` only appends.
A flush is due at the end of the turn, or at once above ``_FLUSH_AT`` bytes. ``write_limit`` turns
into a ``send`` that waits: it waits before it appends, so that a cancelled ``send`` sent nothing,
and nothing grows while the peer does not read.
"""

from __future__ import annotations

import asyncio
from threading import get_ident
from typing import Any, AsyncIterable, AsyncIterator, Iterable, Mapping, Union

from .._compat.transports import ALWAYS_JOINED, joins_up_to
from ..wire.deflate import Deflate
from ..wire.frames import BINARY, CONTINUATION, FIN, RSV1, SHORT_BINARY, SHORT_TEXT, TEXT, header
from .encoder import Encoder
from .facts import Facts
from .line import Line
from .state import State
from .turn import Turn

Data = Union[str, bytes, bytearray, memoryview]

_FLUSH_AT = 1 << 16  # bytes of the outbox from which on it does not wait for the turn's end
FLUSHES_A_TURN = 4  # of _FLUSH_AT bytes or more in one turn: then everything else has its turn
_SHORT_FRAMES = 1 << 10  # items of the outbox: short frames are counted, not measured
_TEXT = FIN | TEXT
_BINARY = FIN | BINARY

# Why a `send` waits, as bits of ``_blocked``; 0 lets it append.
NOT_OPEN = 1  # the connection is not open yet, or no more
PAUSED = 2  # more than write_limit bytes wait in the transport (asyncio's pause_writing)
TURN_SPENT = 4  # FLUSHES_A_TURN flushes in this turn of the loop: the next one goes on
FRAGMENTING = 8  # a fragmented message is under way: nothing but control frames goes in between
ENDING = 16  # the transport takes no more, and connection_lost is to come
_NO_BROADCAST = NOT_OPEN | PAUSED | FRAGMENTING | ENDING


class Outbox(Facts):
    """``send``, and the way to the transport."""

    __slots__ = ("_deflate", "_out", "_turn")  # see `Facts._configure`

    _blocked = NOT_OPEN  # bits: why a `send` waits
    _line: Line | None = None  # whole messages that wait for ``_blocked``; made for the first
    _inner_line: Line | None = None  # what waits to go in between the fragments of a message
    _out: list[bytes]  # what is to be flushed: header, payload, header, payload ...
    _out_size = 0  # bytes of it, where they were counted: long frames, control frames, fragments
    _turn: Turn  # of the loop
    _turn_due = False  # whether `take_turn` is to come, which flushes
    _flushes = 0  # in this turn, ahead of its end
    _deflate: Deflate | None  # permessage-deflate, where it was agreed on
    _stuck: asyncio.TimerHandle | None = None  # send_timeout, while the transport is paused
    _messages_sent = 0  # flushed; `_flush` counts frames, so what is no message is taken off before
    _bytes_sent = 0  # flushed

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        super().__init__(loop)
        self._out = []
        self._deflate = None
        self._turn = Turn.of(loop)

    async def send(self, message: Data | Iterable[Data] | AsyncIterable[Data]) -> None:
        """Send a message: text for a ``str``, binary for a bytes-like object.

        An iterable or asynchronous iterable of either is sent as one fragmented message, a
        fragment for each item. Waits while more than ``write_limit`` bytes are buffered for a
        peer that does not read; if it is cancelled while it waits, nothing is sent. Raises
        ConnectionClosed, or TypeError for anything else, a dict included.
        """
        if self._blocked:
            await self._until_unblocked()
        out = self._out
        if type(message) is str and self._deflate is None:
            payload, short, first = message.encode(), SHORT_TEXT, _TEXT
        elif type(message) is bytes and self._deflate is None:
            payload, short, first = message, SHORT_BINARY, _BINARY
        else:
            await self._send_other(message)
            return
        size = len(payload)
        if size < 126:
            out.append(short[size])
            out.append(payload)
            if self._turn_due and len(out) < _SHORT_FRAMES:
                return
        else:
            out.append(header(first, size))
            out.append(payload)
            self._out_size += size
        if self._out_size > _FLUSH_AT or len(out) >= _SHORT_FRAMES:
            self._flush_full()
        elif not self._turn_due:
            self._turn_soon()

    async def _send_other(self, message: Any) -> None:
        """Send what is no plain str or bytes, or what goes through permessage-deflate."""
        if isinstance(message, (str, bytes, bytearray, memoryview)):
            self._put_message(*_typed(message))
        else:
            await self._send_fragments(each_fragment(message))

    def _put_message(self, opcode: int, payload: bytes) -> None:
        if self._deflate is not None:
            compressed = self._deflate.compress(payload)
            if compressed is not None:
                self._put(FIN | RSV1 | opcode, compressed)
                return
        self._put(FIN | opcode, payload)

    def _put(self, first: int, payload: bytes) -> None:
        """Append a frame and see to its flush."""
        size = len(payload)
        self._out += (header(first, size), payload)
        self._out_size += size + 2
        if self._out_size > _FLUSH_AT or len(self._out) >= _SHORT_FRAMES:
            self._flush_full()
        elif not self._turn_due:
            self._turn_soon()

    def put_broadcast(self, encoder: Encoder, close_slow: bool) -> bool:
        """Send a message that is encoded already, if open; False if passed over (`broadcast`)."""
        blocked = self._blocked & _NO_BROADCAST
        if not blocked:
            self._messages_sent += 1
            deflate = self._deflate
            self._put_frame(encoder.plain if deflate is None else encoder.frame_for(deflate))
            return True
        if blocked & (NOT_OPEN | ENDING):
            return True
        if close_slow and blocked & PAUSED:
            self.fail_connection(1013, "too slow for a broadcast")
        return False

    def put_at_once(self, opcode: int, payload: bytes) -> None:
        """Send a message without waiting, however much is buffered."""
        self._put_message(opcode, payload)

    @property
    def _fragmented_message_waiter(self) -> object:
        """None, unless a fragmented message is under way: websockets' own broadcast asks."""
        return self._line_for(FRAGMENTING) if self._blocked & FRAGMENTING else None

    def _put_frame(self, frame: bytes) -> None:
        """Send an encoded frame at once, or behind what waits for its flush."""
        if self._out:
            self._messages_sent -= 1
            self._out += (frame, b"")
            self._out_size += len(frame)
            if self._out_size > _FLUSH_AT:
                self._flush()
        else:
            self._bytes_sent += len(frame)
            self.transport.write(frame)
            if self.transport.is_closing():
                self._blocked |= ENDING  # asyncio logs each write from here on

    def _put_control(self, first: int, payload: bytes) -> None:
        self._messages_sent -= 1
        self._put(first, payload)

    async def _send_fragments(self, fragments: AsyncIterable[Data]) -> None:
        """Send one fragmented message (RFC 6455 section 5.4); other messages wait for its end.

        The last frame is empty, since nobody knows which fragment is the last. If the source of
        the fragments fails, so does the connection: the message cannot be taken back.
        """
        opcode: int | None = None
        self._blocked |= FRAGMENTING
        try:
            async for fragment in fragments:
                kind, payload = _typed(fragment)
                if opcode is not None and kind != opcode:
                    raise TypeError("data contains inconsistent types")
                if self._blocked & ~FRAGMENTING:
                    await self._until_unblocked(FRAGMENTING)
                self._messages_sent -= 1
                self._put(CONTINUATION if opcode is not None else kind, payload)
                opcode = kind
        except BaseException:
            if opcode is not None and self.state is State.OPEN:
                self.fail_connection(1011)
            raise
        finally:
            self._unblock(FRAGMENTING)
        if opcode is not None:
            if self.state is not State.OPEN:
                await self.ensure_open()
            self._put(FIN | CONTINUATION, b"")

    def _flush(self) -> None:
        """Write what was put since the last time."""
        self._turn_due = False
        out = self._out
        if not out or self.transport is None:
            return
        self._messages_sent += len(out) >> 1
        if self._out_size > ALWAYS_JOINED and self._out_size > joins_up_to(self.transport):
            self._out_size = 0
            self._out = []
            self._bytes_sent += sum(map(len, out))
            self.transport.writelines(out)
            if self.transport.is_closing():
                self._blocked |= ENDING  # a send that never waits would keep the end from us
        else:
            data = b"".join(out)
            out.clear()  # now: while it is written, another thread may send
            self._out_size = 0
            self._bytes_sent += len(data)
            self.transport.write(data)

    def take_turn(self) -> None:
        """Write what is to be sent in this turn of the loop (`Turn`)."""
        self._flush()

    def _turn_soon(self) -> None:
        """Have `take_turn` called behind all that is ready to run.

        A `send` may come from another thread, with a loop of its own: Sanic's own object and
        websockets 8's delivered that. It is found out here, once a turn.
        """
        if self._turn_due:
            return
        self._turn_due = True
        try:
            turn = self._turn
            if get_ident() == turn.thread:
                turn.add(self)
            else:
                self.loop.call_soon_threadsafe(turn.add, self)
        except BaseException:
            self._turn_due = False  # or nobody would ever ask for it again
            raise

    def _flush_full(self, flushes: int = 1) -> None:
        """Flush ahead of the turn's end, which counts as so many of ``FLUSHES_A_TURN``.

        A handler that only sends would hold the loop as long as its peer keeps up, and for ever
        where the transport drops what it gets, not having told us yet that it is lost.
        """
        if get_ident() != self._turn.thread:
            self._turn_soon()
            return
        self._flush()
        if not self._flushes:
            self.loop.call_soon(self._begin_turn)
        self._flushes += flushes
        if self._flushes >= FLUSHES_A_TURN:
            self._blocked |= TURN_SPENT

    def _begin_turn(self) -> None:
        self._flushes = 0
        self._unblock(TURN_SPENT)

    # Who may send, and who waits.

    def _compress_by(self, deflate: Deflate) -> None:
        self._deflate = deflate

    def _send_to(self, transport: Any) -> None:
        self._turn.run_here()
        transport.set_write_buffer_limits(self.write_limit)

    def _drained(self) -> bool:
        """Whether the transport has sent all; if not, `resume_writing` is called once it has."""
        if self.transport.get_write_buffer_size() == 0:
            return True
        self.transport.set_write_buffer_limits(0)
        return False

    def _begin_sending(self) -> None:
        """The connection is open."""
        self._unblock(NOT_OPEN)

    def _stop_sending(self) -> None:
        """The connection is not open any more: who waits asks how it ended."""
        self._blocked |= NOT_OPEN
        for line in (self._inner_line, self._line):
            if line is not None:
                line.wake_all(self.loop)

    def _drop_unsent(self) -> None:
        """The transport is gone."""
        self._out.clear()
        self._unstick()

    def _unblock(self, reason: int) -> None:
        if self._blocked & reason:
            self._blocked &= ~reason
            self._wake_next()

    def _wake_next(self) -> None:
        """Wake the first in line, if it is its turn: it wakes the next one when it leaves."""
        if self._blocked & ~FRAGMENTING:
            return
        if self._inner_line:
            self._inner_line.wake_first()
        elif self._line and not self._blocked:
            self._line.wake_first()

    async def _until_unblocked(self, but: int = 0) -> None:
        """Wait until nothing blocks; raise once the connection is closed.

        ``but``: FRAGMENTING for what may go in between the fragments of a message, else 0.
        """
        line = self._line_for(but)
        place = object()
        try:
            while self._blocked & ~but:
                await self.ensure_open()
                await line.wait(place, self.loop)
        finally:
            line.leave(place)
            self._wake_next()

    def _line_for(self, but: int) -> Line:
        if but:
            if self._inner_line is None:
                self._inner_line = Line()
            return self._inner_line
        if self._line is None:
            self._line = Line()
        return self._line

    @property
    def _sender_waits(self) -> bool:
        return bool(self._line or self._inner_line)

    def pause_writing(self) -> None:
        """More than ``write_limit`` bytes are buffered (asyncio)."""
        self._blocked |= PAUSED
        if self.send_timeout is not None and self.state is not State.CLOSED:
            self._stuck = self.loop.call_later(self.send_timeout, self._abort)

    def resume_writing(self) -> None:
        """The buffer has drained (asyncio)."""
        self._unblock(PAUSED)
        self._unstick()

    def _unstick(self) -> None:
        if self._stuck is not None:
            self._stuck.cancel()
            self._stuck = None


def _typed(data: Any) -> tuple[int, bytes]:
    """Return opcode and payload of a message or fragment."""
    if isinstance(data, str):
        return TEXT, data.encode()
    if isinstance(data, (bytes, bytearray, memoryview)):
        return BINARY, bytes(data)
    raise TypeError("data must be str or bytes-like")


def each_fragment(message: Any) -> AsyncIterable[Data]:
    """Return the fragments of an iterable; TypeError if it is none, or a dict."""
    if isinstance(message, Mapping):
        raise TypeError("data is a dict-like object; send its keys or a string of it")
    if isinstance(message, AsyncIterable):
        return message
    if isinstance(message, Iterable):
        return _each(message)
    raise TypeError("data must be str, bytes-like, or an iterable of them")


async def _each(items: Iterable[Data]) -> AsyncIterator[Data]:
    for item in items:
        yield item
