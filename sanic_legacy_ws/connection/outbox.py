"""The sending side: frames are collected and written once per loop turn.

The system call costs more than everything else about a small message, so ``send`` only appends.
A flush is due at the end of the turn, or at once above ``_FLUSH_AT`` bytes. ``write_limit`` turns
into a ``send`` that waits: it waits before it appends, so that a cancelled ``send`` sent nothing,
and nothing grows while the peer does not read.
"""

from __future__ import annotations

import asyncio
from typing import Any, AsyncIterable, AsyncIterator, Iterable, Mapping, Union

from ..wire.deflate import Deflate
from ..wire.frames import BINARY, CONTINUATION, FIN, RSV1, SHORT_BINARY, SHORT_TEXT, TEXT, header
from .closing import Closing, State
from .encoder import Encoder

Data = Union[str, bytes, bytearray, memoryview]

_FLUSH_AT = 1 << 16  # bytes
_FLUSHES = 4  # of _FLUSH_AT bytes or more in one turn
_SHORT_FRAMES = 1 << 10  # items of the outbox: short frames are counted, not measured
_JOIN_UP_TO = 1 << 15  # bytes; above, the copy costs more than a list of buffers
_TEXT = FIN | TEXT
_BINARY = FIN | BINARY


class Outbox(Closing):
    """``send``, and the way to the transport."""

    transport: asyncio.Transport | None = None
    _out: list[bytes]  # header, payload, header, payload ...
    _out_size = 0
    _flush_due = False
    _gathers = False  # the transport takes a list of buffers as well as their joint bytes
    _clear = False  # open, not paused, turn not over, no fragmented message: send may append
    _write_paused = False
    _flushes = 0  # in this turn, ahead of its end
    _turn_over = False
    _fragmenting = False
    _senders: dict[object, asyncio.Future[None]] | None = None  # the line of those who wait
    _deflate: Deflate | None = None
    _stuck: asyncio.TimerHandle | None = None
    send_timeout: float | None = None
    _messages_sent = 0
    _bytes_sent = 0

    async def send(self, message: Data | Iterable[Data] | AsyncIterable[Data]) -> None:
        """Send a message: text for a ``str``, binary for a bytes-like object.

        An iterable or asynchronous iterable of either is sent as one fragmented message, a
        fragment for each item. Waits while more than ``write_limit`` bytes are buffered for a
        peer that does not read; if it is cancelled while it waits, nothing is sent. Raises
        ConnectionClosed, or TypeError for anything else, a dict included.
        """
        if not self._clear:
            await self._until_clear()
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
            if self._flush_due and len(out) < _SHORT_FRAMES:
                return
        else:
            out.append(header(first, size))
            out.append(payload)
            self._out_size += size
        if self._out_size > _FLUSH_AT or len(out) >= _SHORT_FRAMES:
            self._flush_full()
        elif not self._flush_due:
            self._flush_due = True
            self.loop.call_soon(self._flush)

    async def _send_other(self, message: Any) -> None:
        """Send what is no plain str or bytes, or what goes through permessage-deflate."""
        if isinstance(message, (str, bytes, bytearray, memoryview)):
            self._put_message(*_typed(message))
        elif isinstance(message, Mapping):
            raise TypeError("data is a dict-like object; send its keys or a string of it")
        elif isinstance(message, AsyncIterable):
            await self._send_fragments(message)
        elif isinstance(message, Iterable):
            await self._send_fragments(_each(message))
        else:
            raise TypeError("data must be str, bytes-like, or an iterable of them")

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
        if self._out_size > _FLUSH_AT:
            self._flush_full()
        elif not self._flush_due:
            self._flush_due = True
            self.loop.call_soon(self._flush)

    def _put_broadcast(self, encoder: Encoder) -> None:
        """Send a message that is encoded already."""
        self._messages_sent += 1
        self._put_frame(encoder.frame_for(self._deflate))

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
            self.transport.write(frame)  # type: ignore[union-attr]

    def _put_control(self, first: int, payload: bytes) -> None:
        self._messages_sent -= 1
        self._put(first, payload)

    async def _send_fragments(self, fragments: AsyncIterable[Data]) -> None:
        """Send one fragmented message (RFC 6455 section 5.4); other messages wait for its end.

        The last frame is empty, since nobody knows which fragment is the last. If the source of
        the fragments fails, so does the connection: the message cannot be taken back.
        """
        opcode: int | None = None
        self._fragmenting = True
        self._settle()
        try:
            async for fragment in fragments:
                kind, payload = _typed(fragment)
                if opcode is not None and kind != opcode:
                    raise TypeError("data contains inconsistent types")
                while (self._write_paused or self._turn_over) and self.state is State.OPEN:
                    await self._until_settled()
                if self.state is not State.OPEN:
                    await self.ensure_open()
                self._messages_sent -= 1
                self._put(CONTINUATION if opcode is not None else kind, payload)
                opcode = kind
        except BaseException:
            if opcode is not None and self.state is State.OPEN:
                self.fail_connection(1011)
            raise
        finally:
            self._fragmenting = False
            self._settle()
        if opcode is not None:
            if self.state is not State.OPEN:
                await self.ensure_open()
            self._put(FIN | CONTINUATION, b"")

    def _flush(self) -> None:
        self._flush_due = False
        out = self._out
        if not out or self.transport is None:
            return
        self._messages_sent += len(out) >> 1
        if self._out_size > _JOIN_UP_TO and self._gathers:
            self._bytes_sent += sum(map(len, out))
            self.transport.writelines(out)
            if self.transport.is_closing():
                self._clear = False  # a send that never waits would keep its end from being told
        else:
            data = b"".join(out)
            self._bytes_sent += len(data)
            self.transport.write(data)
        self._out_size = 0
        out.clear()

    # Backpressure. ``_clear`` sums up what send has to wait for.

    def _settle(self) -> None:
        """Recompute ``_clear`` after a change, and wake who waits for it."""
        self._clear = self.state is State.OPEN and not (
            self._write_paused or self._turn_over or self._fragmenting
        )
        self._wake_senders()

    def _flush_full(self) -> None:
        """Flush ahead of the turn's end; ``_FLUSHES`` of that are enough for one turn of the loop.

        A handler that only sends would hold the loop as long as its peer keeps up, and for ever
        where the transport drops what it gets, not having told us yet that it is lost.
        """
        self._flush()
        if not self._flushes:
            self.loop.call_soon(self._begin_turn)
        self._flushes += 1
        if self._flushes >= _FLUSHES:
            self._turn_over = True
            self._clear = False

    def _begin_turn(self) -> None:
        self._flushes = 0
        if self._turn_over:
            self._turn_over = False
            self._go_on_sending()

    def _go_on_sending(self) -> None:
        """Recompute ``_clear``, and wake the first in the line: it wakes the next in its turn."""
        if self.state is State.OPEN:
            self._clear = not (self._write_paused or self._turn_over or self._fragmenting)
            if self._fragmenting:
                self._wake_senders()
            else:
                self._wake_first()

    def _wake_first(self) -> None:
        for waiter in self._senders.values() if self._senders else ():
            if not waiter.done():
                waiter.set_result(None)
            return

    def _wake_senders(self) -> None:
        for waiter in self._senders.values() if self._senders else ():
            if not waiter.done():
                waiter.set_result(None)

    async def _until_clear(self) -> None:
        place = object()
        try:
            while not self._clear:
                await self.ensure_open()
                await self._wait_in_line(place)
        finally:
            self._leave_line(place)

    async def _until_settled(self) -> None:
        place = object()
        try:
            await self._wait_in_line(place)
        finally:
            self._leave_line(place)

    async def _wait_in_line(self, place: object) -> None:
        """Wait for a change; who waits again keeps its place."""
        if self._senders is None:
            self._senders = {}
        waiter = self._senders[place] = self.loop.create_future()
        await waiter

    def _leave_line(self, place: object) -> None:
        if self._senders is not None:
            self._senders.pop(place, None)
            self._wake_first()

    def pause_writing(self) -> None:
        """More than ``write_limit`` bytes are buffered (asyncio)."""
        self._write_paused = True
        self._clear = False
        if self.send_timeout is not None and self.state is not State.CLOSED:
            self._stuck = self.loop.call_later(self.send_timeout, self._abort)

    def resume_writing(self) -> None:
        """The buffer has drained (asyncio)."""
        self._write_paused = False
        self._go_on_sending()
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


async def _each(items: Iterable[Data]) -> AsyncIterator[Data]:
    for item in items:
        yield item
