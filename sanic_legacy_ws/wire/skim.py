"""Looks for the peer's close frame in bytes that are not decoded, and may never be.

While we close, the queue may be full, and nobody may read it ever again. The close frame behind it
has to be found all the same; what it costs to get there is a look at each header.
"""

from __future__ import annotations

from .errors import ProtocolError
from .frames import CLOSE, FIN, MAX_CONTROL_PAYLOAD, Mask


class Skimmer:
    """Goes from header to header, past ``skip`` bytes of a frame that has begun before."""

    __slots__ = ("_data", "_mask", "_pos", "interrupted")

    def __init__(self, mask: Mask, skip: int = 0) -> None:
        self._mask = mask
        self._data = b""
        self._pos = skip  # of the next header, which may be behind the data
        self.interrupted = False  # whether `find` stopped for its limit

    def feed(self, data: bytes) -> None:
        """Add ``data``; nothing is looked at yet."""
        behind = self._pos - len(self._data)
        if behind >= 0:
            self._data, self._pos = data, behind
        else:
            self._data, self._pos = self._data[self._pos :] + data, 0

    def find(self, frames: int) -> bytes | None:
        """Return the payload of the close frame, None if it is not among the next ``frames``.

        Raises ProtocolError for a frame that is not masked or a close frame that is malformed;
        all else that may be wrong with what nobody reads is of no interest.
        """
        data, pos, end = self._data, self._pos, len(self._data)
        while frames and pos + 2 <= end:
            second = data[pos + 1]
            size = second & 0x7F
            start = pos + (6 if size < 126 else 8 if size == 126 else 14)
            if second < 0x80:
                raise ProtocolError("frame is not masked")
            if start > end:
                break
            if size > 125:
                size = int.from_bytes(data[pos + 2 : start - 4], "big")
            if data[pos] & 0x0F == CLOSE:
                if size > MAX_CONTROL_PAYLOAD or not data[pos] & FIN:
                    raise ProtocolError("close frame is malformed")
                if start + size > end:
                    break
                return self._mask(data[start : start + size], data[start - 4 : start])
            pos = start + size
            frames -= 1
        self._pos = pos
        self.interrupted = not frames
        return None
