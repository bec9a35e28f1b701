"""The receiving side that the transport sees: bytes into the queue, as far as it has room.

What is not taken stays undecoded, up to ``read_limit`` bytes of it; past that the transport is
not read, so that TCP holds the peer back.
"""

from __future__ import annotations

import sys
from abc import abstractmethod
from typing import Any

from .._compat.masking import apply_mask
from .._compat.transports import fills
from ..wire.bulk import BULK, Bulk
from ..wire.decoder import ControlFrame, Decoder
from ..wire.deflate import Deflate
from ..wire.errors import WireError
from ..wire.frames import CLOSE, PING
from .inbox import FULL, NOT_OPEN, READ_ON, TURN_SPENT, Inbox
from .intake import Intake
from .keepalive import Keepalive
from .state import State

_FRAMES_A_TURN = 512  # control frames and fragments decoded at once: a millisecond or two


class Reading(Inbox, Keepalive):
    """``data_received``, and the way to the queue."""

    _decoder: Decoder  # bytes that arrived, and how far they are decoded
    _messages_received = 0  # put into the queue, dropped ones included
    _bytes_received = 0  # of frames, headers included
    _reading_paused = False  # whether the transport is not read: read_limit was passed
    _going_on = False  # whether `_go_on` is to come
    _keep_up_to = 0  # bytes received from which on messages are dropped, while closing
    _dropping = False  # whether one was: then all that follow are, so that there is no gap
    _fills = False  # whether the transport reads into a buffer of ours

    @abstractmethod
    def _on_close(self, payload: bytes) -> None:
        """Hook: the peer's close frame."""

    def use_deflate(self, deflate: Deflate) -> None:
        """Compress and decompress by what the opening handshake agreed on (RFC 7692)."""
        self._compress_by(deflate)
        self._decode_by(deflate)

    def _decode_by(self, deflate: Deflate | None) -> None:
        self._decoder = Decoder(max_size=self.max_size, mask=apply_mask, inflater=deflate)

    def _read_from(self, transport: Any) -> None:
        self._fills = fills(transport)

    def _begin_reading(self) -> None:
        """The connection is open."""
        self._go_on()

    def data_received(self, data: bytes) -> None:
        """Bytes arrived (asyncio)."""
        self._bytes_received += len(data)
        self._decoder.feed(data)
        if self._held:
            self._limit_buffer()
        else:
            self._pump()

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
                self._flush_soon()  # behind the handler's turn: its answer leaves in that same turn
            if before + arrived >= self._room:
                self._fill_up(arrived)
        if controls:
            self._on_controls(controls)
        if fault is not None:
            self._failed_by(fault)
            self.fail_connection(fault.code, fault.reason)
        elif self._decoder.bulk is not None:
            self._take_in(self._decoder.bulk)
        elif self._decoder.interrupted:
            self._hold(TURN_SPENT)
            self._limit_buffer()
            self._go_on_soon()

    def _take_in(self, bulk: Bulk) -> None:
        """Have the transport read a large message into place."""
        transport = self.transport
        if self._fills and bulk.missing >= BULK and not (self._held or transport.is_closing()):
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

    # The queue is full, or this turn of the loop has done enough.

    def _fill_up(self, arrived: int) -> None:
        """The queue is full: leave the bytes where they are, in the end on the peer's side.

        While closing they are read, to find the peer's close frame. Past ``READ_ON`` bytes the
        messages are dropped.
        """
        if self.state is State.OPEN:
            self._hold(FULL)
            self._limit_buffer()
        elif self.state is State.CLOSING and self._bytes_received > self._keep_up_to:
            self._dropping = True
        if self._dropping:
            for _ in range(arrived):
                self.messages.pop()

    def _limit_buffer(self) -> None:
        if self._reading_paused or self._decoder.buffered <= self.read_limit:
            return
        if not self.transport.is_closing():
            self._reading_paused = True
            self.transport.pause_reading()

    def _room_made(self) -> None:
        self._go_on_soon()

    def _go_on_soon(self) -> None:
        """Decode on, once a turn, however many messages were read in it."""
        if not self._going_on:
            self._going_on = True
            self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        self._going_on = False
        if not self._held or (self.state is State.OPEN and len(self.messages) >= self._room):
            return
        if self._take_again(NOT_OPEN | FULL | TURN_SPENT) & FULL:
            self._excuse_pause()
        self._pump()
        if not self._held:
            self._resume_reading()

    @property
    def _reading_waits(self) -> bool:
        return bool(self._held & FULL)

    # The end.

    def _read_to_the_close(self) -> None:
        """We close: nobody may ever read the full queue, so go on past it, to the peer's close."""
        self._keep_up_to = self._bytes_received + READ_ON
        if self._take_again(FULL | TURN_SPENT):
            self.loop.call_soon(self._read_out)

    def _read_out(self) -> None:
        if self.state is State.CLOSING and not self._decoder.closed:
            self._pump()
            self._resume_reading()

    def _read_to_the_end(self) -> None:
        """The peer sends no more: take what there is, however much the queue holds."""
        if self._held:
            self._pump(everything=True)

    def _read_no_more(self) -> None:
        """What arrives from here on is dropped."""
        self._decoder.discard()

    @property
    def _reads_no_more(self) -> bool:
        return self._decoder.closed

    def _resume_reading(self) -> None:
        if not self._reading_paused:
            return
        self._reading_paused = False
        if not self.transport.is_closing():
            self.transport.resume_reading()
