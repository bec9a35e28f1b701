"""A transport in memory that behaves as asyncio's, and minds how it is used."""

from __future__ import annotations

import asyncio
from typing import Any

from tests.support.client import Frame


class MemoryTransport(asyncio.Transport):
    """Keeps what is written; ``faults`` lists what a real transport would have refused."""

    def __init__(self, loop: asyncio.AbstractEventLoop, protocol: Any) -> None:
        super().__init__()
        self.loop = loop
        self.protocol = protocol
        self.written = b""
        self.faults: list[str] = []
        self.paused = self.closing = self.eof = self.lost = False
        self.buffered = 0  # bytes that the peer has not taken, as far as anybody asks

    def set_write_buffer_limits(self, high: int | None = None, low: int | None = None) -> None: ...

    def get_write_buffer_size(self) -> int:
        return self.buffered

    def write(self, data: Any) -> None:
        if self.eof:
            self.faults.append("write after write_eof")
        if not self.closing:
            self.written += data

    def can_write_eof(self) -> bool:
        return True

    def write_eof(self) -> None:
        if self.closing:
            self.faults.append("write_eof on a closing transport")
        self.eof = True

    def is_closing(self) -> bool:
        return self.closing

    def pause_reading(self) -> None:
        if self.closing or self.paused:
            self.faults.append("pause_reading out of place")
        self.paused = True

    def resume_reading(self) -> None:
        if self.closing or not self.paused:
            self.faults.append("resume_reading out of place")
        self.paused = False

    def close(self) -> None:
        if not self.closing:
            self.closing = True
            self.loop.call_soon(self.lose)

    abort = close

    def lose(self) -> None:
        """The connection is lost."""
        self.closing = True
        if not self.lost:
            self.lost = True
            self.protocol.connection_lost(None)


def frames_of(data: bytes) -> list[Frame]:
    """The server's frames in ``data``, which must end with a whole one."""
    frames = []
    while data:
        start, size = 2, data[1]
        assert size < 128, "a server does not mask"
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(data[2:start], "big")
        assert len(data) >= start + size
        first = data[0]
        frames.append(Frame(first & 15, data[start : start + size], first > 127, first >> 4 & 7))
        data = data[start + size :]
    return frames
