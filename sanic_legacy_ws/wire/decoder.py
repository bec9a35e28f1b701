"""Bytes of a client in, messages and control frames out (RFC 6455 sections 5 and 8.1).

``Decoder.feed`` takes what arrived; ``Decoder.decode`` appends each whole message to a queue of
the caller's, as ``str`` or ``bytes``, and returns the control frames. Whole short messages, nearly
all there are, go through one flat loop. What spans reads or frames is collected in a ``BytesIO``,
whose ``getvalue`` hands out its buffer without a copy, so that a message costs per byte, however
it was cut.
"""

from __future__ import annotations

from codecs import utf_8_decode
from io import BytesIO
from typing import Any, Protocol, Tuple, Union

from .bulk import BULK, Bulk
from .errors import MessageTooBig, ProtocolError, not_utf8
from .frames import BINARY, CLOSE, CONTINUATION, FIN, MAX_CONTROL_PAYLOAD, RSV1, TEXT, Mask
from .inflation import Inflater, Inflation
from .pieces import Pieces, Sink
from .skim import Skimmer

Message = Union[str, bytes]
ControlFrame = Tuple[int, bytes]

_NO_LIMIT = 1 << 63  # longer than any payload that a header can name
_MASKED = 0x80
_WHOLE_TEXT = FIN | TEXT
_WHOLE_BINARY = FIN | BINARY
_WHOLE = frozenset((_WHOLE_TEXT, _WHOLE_BINARY))
_LAST = FIN | CONTINUATION


class Queue(Protocol):
    """Where messages go: a deque or list."""

    def append(self, message: Any, /) -> None: ...


class Decoder:
    """Decodes the frames of one client.

    ``max_size`` bounds a message in bytes, after decompression (None: no bound); ``mask``
    unmasks; ``inflater`` decompresses, None when permessage-deflate was not negotiated.
    """

    __slots__ = (
        "_compressed",
        "_data",
        "_final",
        "_idle",
        "_inflation",
        "_key",
        "_limit",
        "_mask",
        "_message",
        "_opcode",
        "_plain_text",
        "_pos",
        "_remaining",
        "_sink",
        "_split",
        "bulk",
        "closed",
        "interrupted",
    )

    def __init__(
        self, *, max_size: int | None, mask: Mask, inflater: Inflater | None = None
    ) -> None:
        self._limit = _NO_LIMIT - 1 if max_size is None else max_size
        self._mask = mask
        self._inflation = None if inflater is None else Inflation(inflater, max_size)
        self._data = b""
        self._pos = 0
        self._message: BytesIO | Pieces | None = None  # the message in progress
        self._sink: Sink | None = None  # where its pieces go, or those of the next one
        self._opcode = 0
        self._compressed = False
        self._plain_text = False
        self._split = b""  # of a character, at the end of what arrived
        self._remaining = 0  # bytes to come of the frame in progress
        self._key = b""
        self._final = False
        self._idle = True  # nothing is in progress, nothing is buffered
        self.bulk: Bulk | None = None
        self.closed = False
        self.interrupted = False

    @property
    def buffered(self) -> int:
        """Bytes that were fed and are not decoded."""
        return len(self._data) - self._pos

    def take_whole(self, data: bytes) -> Message | None:
        """Return the message that ``data`` is: one frame, not long, and nothing before it.

        None for all else, which is for `feed` and `decode`. Where each peer has one message in
        flight, most reads are of this kind. Raises ``WireError`` as `decode` does.
        """
        size = len(data)
        second = data[1] if self._idle and size > 5 else 0
        # 122: the mask bit, 128, less 2 bytes of header and 4 of the key, which stand before the
        # payload of a short frame. So everywhere below.
        if second == size + 122 and second < 254:
            start = 6
        elif second == 254 and size > 7 and size - 8 == data[2] << 8 | data[3]:
            start = 8
        else:
            return None
        if size - start > self._limit or data[0] not in _WHOLE:
            return None
        payload = self._mask(data[start:], data[start - 4 : start])
        return _text(payload) if data[0] == _WHOLE_TEXT else payload

    def feed(self, data: bytes) -> None:
        """Add ``data``; nothing is decoded yet. After a close frame or `discard`, it is dropped."""
        if self.closed:
            return
        self._idle = False
        if self._pos < len(self._data):
            self._data = self._data[self._pos :] + data
        else:
            self._data = data
        self._pos = 0

    def discard(self) -> None:
        """Decode nothing more: the connection has failed, or its close frame is read."""
        self.closed, self._idle = True, False
        self._data, self._pos, self._message, self._remaining = b"", 0, None, 0
        self.bulk = self._inflation = None

    def skimmer(self) -> Skimmer:
        """Return what looks for a close frame from where decoding has stopped."""
        skip = self._remaining if self.bulk is None else self.bulk.missing
        skimmer = Skimmer(self._mask, skip)
        skimmer.feed(self._data[self._pos :])
        return skimmer

    def stream(self, sink: Sink) -> None:
        """Hand the pieces of one message on to ``sink`` as they arrive, in place of the message.

        That is the one in progress, what there is of it first, else the next one that is not
        compressed and does not arrive whole. `decode` stops behind it.
        """
        self._sink = sink
        message = self._message
        if isinstance(message, BytesIO) and not self._compressed:
            self._message, self._plain_text = Pieces(sink, self._opcode == TEXT), False
            self._message.write(message.getvalue())

    def stream_no_more(self, so_far: bytes | None = b"") -> None:
        """Give whole messages again, beginning with the one in progress.

        ``so_far`` is what the sink got of it; None drops the rest of it.
        """
        self._sink = None
        pieces = self._message
        if not isinstance(pieces, Pieces):
            return
        if so_far is None:
            pieces.sink = None
        else:
            self._message, self._split = BytesIO(), pieces.split
            self._message.write(so_far + pieces.split)
            self._plain_text = self._opcode == TEXT

    def decode(self, messages: Queue, room: int, frames: int = _NO_LIMIT) -> list[ControlFrame]:
        """Append at most ``room`` messages to ``messages`` and return the control frames.

        It takes at most ``frames`` control frames and fragments, of which a read may hold tens
        of thousands, a message that was compressed counting as several of them by what it takes
        to inflate; ``interrupted`` says whether it stopped for that.
        Raises ``WireError`` at the first fault; what came before it is in ``messages``, but its
        control frames are lost, as the connection fails.
        """
        controls: list[ControlFrame] = []
        data, pos, end = self._data, self._pos, len(self._data)
        self.interrupted = False
        while room > 0 and frames > 0:
            if self._remaining:
                pos = self._take(data, pos)
                if self._remaining:
                    break
                if not self._final:
                    continue
            elif self.bulk is not None:
                pos = self.bulk.put(data, pos)
                if self.bulk.missing:
                    break
                room -= self._end_bulk(messages)
                continue
            elif self._message is None:
                pos, room = self._take_messages(data, pos, room, messages)
            elif not self._final and type(self._message) is BytesIO:
                pos, taken = self._take_fragments(data, pos, frames)
                frames -= taken
            if self._message is not None and self._final:
                if type(self._message) is Pieces:
                    if self._end_pieces(self._message):
                        break
                    continue
                frames -= self._end_message(messages, frames)
                if self._message is None:
                    room -= 1
                continue
            if pos == end or room <= 0 or frames <= 0:
                break
            behind = self._take_frame(data, pos, controls)
            if self.closed:
                return controls
            if behind == pos:
                break
            frames -= 1 if type(self._message) is Pieces else data[pos] >> 3 & 1
            pos = behind
        self.interrupted = frames <= 0
        self._data, self._pos = (data, pos) if pos < end else (b"", 0)
        self._idle = pos == end and self._message is None and not (self.bulk or self.closed)
        return controls

    def _take_frame(self, data: bytes, pos: int, controls: list[ControlFrame]) -> int:
        """Take a control frame, or the header of a data frame; return the position behind it.

        The same position, if it has not arrived whole.
        """
        end = len(data)
        if end - pos < 6:
            if end - pos >= 2:
                self._judge_early(data[pos], data[pos + 1])
            return pos
        first, second = data[pos], data[pos + 1]
        start, stop = _payload(data, pos, second)
        if start > end:
            self._judge_early(first, second)
            return pos
        self._judge(first, second, stop - start)
        key = data[start - 4 : start]
        if not first & 0x08:
            self._begin_frame(first, stop - start, key)
            return start
        if stop > end:
            return pos
        controls.append((first & 0x0F, self._mask(data[start:stop], key)))
        if first & 0x0F == CLOSE:
            self.discard()
        return stop

    # The two loops have what `_payload` does written out for short headers: a call of it is a fifth
    # of what a message of 32 bytes costs.

    def _take_messages(self, data: bytes, pos: int, room: int, messages: Queue) -> tuple[int, int]:
        """Take the messages of one frame that arrived whole; return position and room left."""
        mask, limit, append = self._mask, self._limit, messages.append
        source: bytes | memoryview = data
        end = len(data)
        last = end - 6
        short = 254 if limit > 124 else 0  # shorter than the limit, whatever its length
        try:
            while pos <= last and room:
                second = data[pos + 1]
                if 127 < second < short:
                    start = pos + 6
                    stop = pos + second - 122
                else:
                    if second == 254:
                        start = pos + 8
                        stop = start + (data[pos + 2] << 8 | data[pos + 3])
                    else:
                        start, stop = _payload(data, pos, second)
                        source = memoryview(data)  # a slice of it is no copy
                    if not 0 <= stop - start <= limit:
                        break
                if stop > end:
                    break
                first = data[pos]
                if first == _WHOLE_TEXT:
                    append(mask(source[start:stop], data[start - 4 : start]).decode())
                elif first == _WHOLE_BINARY:
                    append(mask(source[start:stop], data[start - 4 : start]))
                else:
                    break
                pos = stop
                room -= 1
        except UnicodeDecodeError as exc:
            raise not_utf8(exc.start) from None
        return pos, room

    def _take_fragments(self, data: bytes, pos: int, frames: int) -> tuple[int, int]:
        """Take the next fragments that arrived whole; return the position, and how many."""
        message, mask, end = self._message, self._mask, len(data)
        assert isinstance(message, BytesIO)
        room = self._limit - message.tell()
        pieces: list[bytes] = []
        final, last = False, end - 6
        while pos <= last and frames and not final:
            second = data[pos + 1]
            if 127 < second < 254:
                start = pos + 6
                stop = pos + second - 122
            elif second == 254:
                start = pos + 8
                stop = start + (data[pos + 2] << 8 | data[pos + 3])
            else:
                start, stop = _payload(data, pos, second)
            room -= stop - start
            if stop > end or room < 0 or start > stop:
                break
            first = data[pos]
            if first:
                final = first == _LAST
                if not final:
                    break
            pieces.append(mask(data[start:stop], data[start - 4 : start]))
            pos = stop
            frames -= 1
        if final:
            self._final = True
            self._message = BytesIO(b"".join((message.getvalue(), *pieces)))
        elif pieces:
            self._add(message, b"".join(pieces))
        return pos, len(pieces)

    def _judge_early(self, first: int, second: int) -> None:
        """Judge what is there of a header that has not arrived whole."""
        size = second & 0x7F
        self._judge(first, second, size if size < 126 else 0)

    def _judge(self, first: int, second: int, size: int) -> None:
        """Refuse a header that RFC 6455 sections 5.1, 5.2, 5.4, 5.5 or the limit forbid."""
        opcode = first & 0x0F
        if not second & _MASKED:
            raise ProtocolError("frame is not masked")
        if first & 0x70 and (first & 0x70 != RSV1 or not self._inflation or not 0 < opcode < 8):
            raise ProtocolError("reserved bits are set")
        if opcode & 0x08:
            if opcode > 0x0A:
                raise ProtocolError(f"unknown opcode {opcode}")
            if not first & FIN:
                raise ProtocolError("control frame is fragmented")
            if size > MAX_CONTROL_PAYLOAD:
                raise ProtocolError("control frame is too long")
            return
        if opcode > BINARY:
            raise ProtocolError(f"unknown opcode {opcode}")
        if (opcode == CONTINUATION) != (self._message is not None):
            raise ProtocolError("fragments are out of order")
        if size >= _NO_LIMIT:
            raise ProtocolError("frame length has its highest bit set")
        so_far = self._message.tell() if self._message is not None else 0
        limit = self._limit
        if first & RSV1 or (opcode == CONTINUATION and self._compressed):
            # What does not compress gets longer, by an eighth at most (zlib's deflateBound).
            limit += (limit >> 2) + 64
        if size + so_far > limit:
            raise MessageTooBig(f"message is over the limit of {self._limit} bytes")

    def _begin_frame(self, first: int, size: int, key: bytes) -> None:
        if size >= BULK and first in _WHOLE and self._sink is None:
            self.bulk = Bulk(size, key, text=first == _WHOLE_TEXT)
            return
        opcode = first & 0x0F
        if opcode != CONTINUATION:
            self._message = BytesIO()
            self._opcode = opcode
            self._compressed = bool(first & RSV1)
            self._plain_text = first & 0x4F == TEXT
            self._split = b""
            if self._sink is not None:
                self.stream(self._sink)
        self._final = bool(first & FIN)
        self._remaining = size
        self._key = key

    def _take(self, data: bytes, pos: int) -> int:
        """Move payload bytes of the frame in progress to its message; return the position."""
        chunk = data[pos : pos + self._remaining] if pos or len(data) > self._remaining else data
        assert self._message is not None
        self._add(self._message, self._mask(chunk, self._key))
        size = len(chunk)
        self._remaining -= size
        turn = size & 3
        if turn:
            self._key = self._key[turn:] + self._key[:turn]
        return pos + size

    def _add(self, message: BytesIO | Pieces, piece: bytes) -> None:
        """Add ``piece`` to the message; text that is not UTF-8 fails at once (section 8.1)."""
        message.write(piece)
        if self._plain_text and (self._split or not piece.isascii()):
            data = self._split + piece
            try:
                self._split = data[utf_8_decode(data, "strict", False)[1] :]
            except UnicodeDecodeError as exc:
                raise not_utf8(message.tell() - len(data) + exc.start) from None

    def _end_pieces(self, pieces: Pieces) -> bool:
        """The message that was handed on is complete; return whether anybody took it."""
        self._message = self._sink = None
        return pieces.end()

    def _end_message(self, messages: Queue, frames: int) -> int:
        """Append the message, and return what it counts for besides its frames.

        One that takes more than ``frames`` to inflate is not appended yet.
        """
        assert isinstance(self._message, BytesIO)
        payload = self._message.getvalue()
        weight = 0
        if self._compressed:
            assert self._inflation is not None
            inflated, weight = self._inflation.go_on(payload, frames)
            if inflated is None:
                return weight
            payload = inflated
        self._message = None
        messages.append(_text(payload) if self._opcode == TEXT else payload)
        return weight

    def _end_bulk(self, messages: Queue) -> int:
        """Return how many messages are complete: this one."""
        bulk, self.bulk = self.bulk, None
        assert bulk is not None
        payload = bulk.unmask(self._mask)
        messages.append(_text(payload) if bulk.text else payload)
        return 1


def _payload(data: bytes, pos: int, second: int) -> tuple[int, int]:
    """Return where the payload of the frame at ``pos`` starts and stops (section 5.2).

    It stops before it starts if the frame is not masked, and starts behind what there is of
    ``data`` if the header has not arrived whole.
    """
    if second < 254:
        return pos + 6, pos + second - 122
    if second == 254:
        start = pos + 8
        return start, start + (data[pos + 2] << 8 | data[pos + 3])
    start = pos + 14
    return start, start + int.from_bytes(data[pos + 2 : pos + 10], "big")


def _text(payload: bytes) -> str:
    try:
        return payload.decode()
    except UnicodeDecodeError as exc:
        raise not_utf8(exc.start) from None
