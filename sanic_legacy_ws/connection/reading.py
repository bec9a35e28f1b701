"""The receiving side that the transport sees: bytes into the queue, as far as it has room.

What is not taken stays undecoded, up to ``read_limit`` bytes of it; past that the transport is
not read, so that TCP holds the peer back.
"""

from __future__ import annotations

import asyncio
import weakref
from abc import abstractmethod

from .._compat.masking import apply_mask
from .._compat.transports import fills, read_dry, those_reset
from ..wire.bulk import BULK, Bulk
from ..wire.close import parse_close
from ..wire.decoder import ControlFrame, Decoder
from ..wire.deflate import Deflate
from ..wire.errors import WireError
from ..wire.frames import CLOSE, PING
from ..wire.skim import Skimmer
from .inbox import DROPPED, FULL, NOT_OPEN, TURN_SPENT, Inbox
from .incoming import Incoming
from .intake import Intake
from .keepalive import RESOLUTION, Keepalive
from .per_loop import PerLoop
from .share import LARGE_READ, Share
from .state import State

_FRAMES_A_TURN = 512  # control frames and fragments decoded at once, 2 MiB inflated: milliseconds
_READ_DRY = 1 << 23  # bytes; more than the system holds for one connection, by its defaults
_SKIMMED_A_TURN = 1 << 13  # frames looked at for a close frame, as long
_SKIMMED_AT_END = 1 << 16  # when this is the last turn to find it
_LOOK = 1  # seconds: how often peers that are not read are looked at, whether they are gone


class Lookout(PerLoop):
    """Looks at the connections of one event loop that are not read since their queue is full.

    No loop tells of a peer that is gone while nothing is read: without this, the messages of its
    full queue stay until a ping of keepalive finds out.
    """

    def __init__(self) -> None:
        # One that is read again leaves at the next look; held weakly, since it has much to free.
        self.watched: weakref.WeakSet[Reading] = weakref.WeakSet()
        self._due = False  # whether there is a timer for the next look

    def watch(self, connection: Reading, loop: asyncio.AbstractEventLoop) -> None:
        self.watched.add(connection)
        self._look_soon(loop)

    def _look_soon(self, loop: asyncio.AbstractEventLoop) -> None:
        if self.watched and not self._due:
            self._due = True
            loop.call_later(_LOOK, self._look, loop)

    def _look(self, loop: asyncio.AbstractEventLoop) -> None:
        self._due = False
        transports = {each.transport: each for each in self.watched if each._is_not_read}
        self.watched = weakref.WeakSet(transports.values())
        self._part_with([transports[transport] for transport in those_reset(transports)], loop)
        self._look_soon(loop)

    def _part_with(self, gone: list[Reading], loop: asyncio.AbstractEventLoop) -> None:
        """Tell them that their peers are gone, one in a turn: each may have megabytes to read."""
        if gone:
            connection = gone.pop()
            if connection._is_not_read:
                connection._peer_is_gone()
            loop.call_soon(self._part_with, gone, loop)


class Reading(Inbox, Keepalive):
    """``data_received``, and the way to the queue."""

    __slots__ = ("_decoder",)

    _decoder: Decoder  # bytes that arrived, and how far they are decoded
    _messages_received = 0  # put into the queue, dropped ones included
    _bytes_received = 0  # of frames, headers included
    _reading_paused = False  # whether the transport is not read: read_limit was passed
    _going_on = False  # whether `_go_on` is to come
    _full_until = 0.0  # when the queue was last full (the loop's time)
    _skimmer: Skimmer | None = None  # looks for the peer's close frame, past what is not decoded

    @abstractmethod
    def _on_close(self, payload: bytes) -> None:
        """Hook: the peer's close frame."""

    def use_deflate(self, deflate: Deflate) -> None:
        """Compress and decompress by what the opening handshake agreed on (RFC 7692)."""
        self._compress_by(deflate)
        self._decode_by(deflate)

    def _decode_by(self, deflate: Deflate | None) -> None:
        self._decoder = Decoder(max_size=self.max_size, mask=apply_mask, inflater=deflate)

    def _begin_reading(self) -> None:
        """The connection is open."""
        if self._decoder.buffered:
            self._go_on()
        else:
            self._take_again(NOT_OPEN)

    def data_received(self, data: bytes) -> None:
        """Bytes arrived (asyncio)."""
        self._bytes_received += len(data)
        if self._held:
            self._keep(data)
            return
        try:
            message = self._decoder.take_whole(data)
        except WireError as exc:
            self._fail_by(exc)
            return
        if message is not None:
            messages = self._messages
            if messages is None:
                messages = self.messages
            messages.append(message)
            self._arrived(1, len(messages))
        else:
            self._decoder.feed(data)
            self._pump()
            if len(data) > LARGE_READ and Share.of(self.loop).spend(len(data), self):
                self._end_turn()

    def _arrived(self, count: int, queued: int) -> None:
        """``count`` messages were put into the queue, which has ``queued`` now."""
        self._messages_received += count
        if self._receiver is not None:
            self._turn_soon()
        if queued >= self._room:
            self._fill_up()

    def take_turn(self) -> None:
        """Wake the `recv` that waits, and write what its task sends now (`Turn`)."""
        if self._receiver is not None and self._messages:
            self._receiver.wake()
        self._flush()

    def _pump(self) -> None:
        """Decode what has arrived, up to ``max_queue`` messages and what one turn may take."""
        messages = self._messages
        if messages is None:
            messages = self.messages
        before = len(messages)
        fault: WireError | None = None
        controls: list[ControlFrame] = []
        try:
            controls = self._decoder.decode(messages, self._room - before, _FRAMES_A_TURN)
        except WireError as exc:
            fault = exc
        arrived = len(messages) - before
        if arrived:
            self._arrived(arrived, before + arrived)
        if self._arriving is not None:
            self._on_pieces(self._arriving)
        if controls:
            self._on_controls(controls)
        if fault is not None:
            self._fail_by(fault)
        elif self._decoder.bulk is not None:
            self._take_in(self._decoder.bulk)
        elif self._decoder.interrupted:
            self._limit_buffer()
            self._wait_for_share()

    def _on_pieces(self, incoming: Incoming) -> None:
        """There may be more pieces, if this is a message that is read so."""
        if incoming.due:
            self._messages_received += incoming.whole
            self._wake_receiver()
            if self._pieces_wait(incoming):
                self._fill_up()

    def _pieces_wait(self, incoming: Incoming) -> bool:
        """Whether they are as many as are taken in before somebody takes one."""
        return (
            incoming.whole or incoming.size > self.read_limit or len(incoming.pieces) >= self._room
        )

    def _hand_on(self, incoming: Incoming) -> None:
        self._decoder.stream(incoming)
        self._on_pieces(incoming)

    def _hand_on_no_more(self, so_far: bytes | None) -> None:
        self._decoder.stream_no_more(so_far)

    def _fail_by(self, fault: WireError) -> None:
        self._failed_by(fault)
        self._read_no_more()
        self.fail_connection(fault.code, fault.reason)

    def _take_in(self, bulk: Bulk) -> None:
        """Have the transport read a large message into place."""
        transport = self.transport
        if self._held or transport.is_closing() or bulk.missing < BULK or not fills(transport):
            return
        if not isinstance(transport.get_protocol(), Intake):
            Intake(transport, bulk, self._on_bulk).begin(self._reading_paused)
            self._reading_paused = False

    def _on_bulk(self, count: int, whole: bool) -> None:
        """The transport has read ``count`` bytes into place."""
        self._bytes_received += count
        if whole:
            self._reading_paused = True
            if self._decoder.bulk is not None:
                self._pump()
        if Share.of(self.loop).spend(count, self):
            self._end_turn()
        elif whole and not self._held:
            self._resume_reading()

    def _end_turn(self) -> None:
        """Read no more before everyone else has had a turn."""
        self._pause_reading()
        self._look_out()
        self._wait_for_share()

    def _wait_for_share(self) -> None:
        if not self._held & TURN_SPENT:
            self._hold(TURN_SPENT)
            Share.of(self.loop).wait(self)

    def have_share(self) -> None:
        """Go on, in the turn that others were left (`Share`)."""
        self._take_again(TURN_SPENT)
        self._go_on()

    def _on_controls(self, controls: list[ControlFrame]) -> None:
        for opcode, payload in controls:
            if opcode == CLOSE:
                self._on_close(payload)
            elif opcode == PING:
                self._on_ping(payload)
            else:
                self._on_pong(payload)

    # The queue is full, or this turn of the loop has done enough.

    def _keep(self, data: bytes) -> None:
        """Leave ``data`` undecoded for now."""
        if self._skimmer is None:
            self._decoder.feed(data)
            self._limit_buffer()
            return
        if self._decoder.buffered > self.read_limit:
            self._hold(DROPPED)
        elif not self._held & DROPPED:
            self._decoder.feed(data)
        self._skimmer.feed(data)
        self._end_turn()

    def _fill_up(self) -> None:
        """The queue is full: leave the bytes where they are, in the end on the peer's side."""
        self._hold(FULL)
        if self.state is State.OPEN:
            self._limit_buffer()
        elif self.state is State.CLOSING:
            self._go_on_soon()

    def _limit_buffer(self) -> None:
        if self._decoder.buffered > self.read_limit:
            self._pause_reading()
        self._look_out()

    def _look_out(self) -> None:
        """Find out if the peer goes, where the loop would not tell."""
        if self._is_not_read:
            Lookout.of(self.loop).watch(self, self.loop)

    @property
    def _is_not_read(self) -> bool:
        """Whether the transport is not read until the handler takes a message."""
        return self._reading_paused and bool(self._held & FULL) and self.state is State.OPEN

    def _peer_is_gone(self) -> None:
        """The peer has reset the connection, while it was not read."""
        self._failed_by(ConnectionResetError("the peer has reset the connection"))
        self._read_dry()
        self._abort()

    def _room_made(self) -> None:
        self._go_on_soon()

    def _go_on_soon(self) -> None:
        """Decode on, once a turn, however many messages were read in it."""
        if not self._going_on and not self._held & TURN_SPENT:
            self._going_on = True
            self.loop.call_soon(self._go_on)

    def _go_on(self) -> None:
        if self._going_on:
            self._going_on = False
        waits = self._arriving is not None and self._pieces_wait(self._arriving)
        if len(self._messages or ()) < self._room and not waits:
            if self._take_again(NOT_OPEN | FULL) & FULL:
                self._excuse_pause()
                self._full_until = self.loop.time()
            self._pump()
            if not self._held:
                if self._skimmer is not None:
                    self._skimmer = None  # the decoder has caught up with it
                self._resume_reading()
        if self._held and self.state is State.CLOSING:
            self._seek_close()

    @property
    def _reading_waits(self) -> bool:
        # What the system holds is read in the next turn, and may fill the queue again.
        return bool(self._held & FULL) or self.loop.time() < self._full_until + RESOLUTION

    @property
    def _taken(self) -> int:
        return self._messages_received - len(self.messages)

    # The end.

    def _read_to_the_close(self) -> None:
        """We close: nobody may ever read the full queue, and the peer's close is behind it."""
        if self._held:
            self._go_on_soon()

    def _seek_close(self) -> None:
        """While closing: look for the peer's close frame past what is not decoded.

        Up to read_limit bytes of that are kept for who reads on. All else is dropped.
        """
        if self._decoder.closed:
            self._resume_reading()  # it was found, or all is dropped: read to the end of the stream
            return
        if self.transport.is_closing():
            return  # nobody waits for it any more: `_read_to_the_end` has looked for it, and will
        if not self._held & (FULL | DROPPED):
            return
        skimmer = self._skimmer = self._skimmer or self._decoder.skimmer()
        try:
            payload = skimmer.find(_SKIMMED_A_TURN)
        except WireError as exc:
            self._failed_by(exc)
            self.fail_connection(exc.code, exc.reason)
            return
        if payload is not None:
            self._on_close(payload)
        elif skimmer.interrupted:
            self._end_turn()
        else:
            self._resume_reading()

    def _read_dry(self) -> None:
        """A write has met a peer that had gone: what it sent before is not lost."""
        if not fills(self.transport) or self._held & NOT_OPEN or self._decoder.closed:
            return
        data = read_dry(self.transport, _READ_DRY)
        self._bytes_received += len(data)
        self._hold(TURN_SPENT)
        self._keep(data)

    def _read_to_the_end(self) -> None:
        """The peer sends no more: find its close frame; what is before it waits to be read."""
        if not self._held & (FULL | TURN_SPENT) or self._decoder.closed:
            return
        skimmer = self._skimmer or self._decoder.skimmer()
        try:
            payload = skimmer.find(_SKIMMED_AT_END)
            if payload is not None:
                parse_close(payload)
        except WireError:
            return  # there is nobody to be told, and what is before it is not to be dropped
        if payload is not None:
            self._on_close(payload)

    def _refill(self) -> bool:
        if not super()._readable and self._take_again(FULL | TURN_SPENT):
            self._pump()
        return self._readable

    @property
    def _readable(self) -> bool:
        """Behind the end also whether there may be something, in what is not decoded yet."""
        return super()._readable or (self.state is State.CLOSED and bool(self._held & TURN_SPENT))

    def _read_no_more(self) -> None:
        """What arrives from here on is dropped, and what is not decoded yet."""
        self._decoder.discard()

    @property
    def _reads_no_more(self) -> bool:
        return self._decoder.closed

    def _pause_reading(self) -> None:
        if not (self._reading_paused or self.transport.is_closing()):
            self._reading_paused = True
            self.transport.pause_reading()

    def _resume_reading(self) -> None:
        if not self._reading_paused:
            return
        self._reading_paused = False
        if not self.transport.is_closing():
            self.transport.resume_reading()
