"""The payload of a large message while it arrives: its bytes land once, and are unmasked once."""

from __future__ import annotations

from .frames import Mask

BULK = 1 << 16  # bytes of a frame from which it is worth it
_FIRST = 1 << 16  # bytes of a new buffer; when it is full, thrice as much is added
_KEEP = 8  # buffers of at most _KEEP_SIZE bytes: new ones cost their page faults
_KEEP_SIZE = 1 << 21

_spare: list[bytearray] = []


class Bulk:
    """A message of one frame: ``size`` bytes of payload, masked by ``key``.

    A peer that announces much and sends little makes us hold little.
    """

    __slots__ = ("_buffer", "filled", "key", "size", "text")

    def __init__(self, size: int, key: bytes, text: bool) -> None:
        self.size = size
        self.key = key
        self.text = text
        self.filled = 0
        try:
            self._buffer = _spare.pop()
        except IndexError:  # asked for first, another thread's loop may take the last one
            self._buffer = bytearray(_FIRST)

    @property
    def missing(self) -> int:
        """Bytes to come."""
        return self.size - self.filled

    def space(self) -> memoryview:
        """Return where the next bytes go, at least one; raise ``filled`` by what was put there."""
        if self.filled >= len(self._buffer):
            self._buffer = self._buffer + bytearray(min(self.missing, 3 * self.filled))
        return memoryview(self._buffer)[self.filled : self.size]

    def put(self, data: bytes, pos: int) -> int:
        """Take what ``data`` holds of the payload from ``pos`` on; return the new position."""
        source = memoryview(data)
        while self.missing and pos < len(data):
            target = self.space()
            count = min(len(target), len(data) - pos)
            target[:count] = source[pos : pos + count]
            pos += count
            self.filled += count
        return pos

    def unmask(self, mask: Mask) -> bytes:
        """Return the whole payload; the buffer serves the next one."""
        message = mask(memoryview(self._buffer)[: self.size], self.key)
        if len(_spare) < _KEEP and len(self._buffer) <= _KEEP_SIZE:
            _spare.append(self._buffer)
        return message
