"""A progress bar, on a terminal only."""

from __future__ import annotations

import time
from typing import TextIO

WIDTH = 30
INTERVAL = 0.1  # seconds between two drawings


class Bar:
    """Call it with what is done and the total; it draws on ``stream`` if that is a terminal."""

    def __init__(self, stream: TextIO) -> None:
        self.stream = stream
        self.visible = stream.isatty()
        self._next = time.monotonic() + INTERVAL

    def __call__(self, done: int, total: int) -> None:
        now = time.monotonic()
        if self.visible and total and (now >= self._next or done == total):
            self._next = now + INTERVAL
            self.stream.write(self.erase if done == total else self._drawing(done, total))
            self.stream.flush()

    def clear(self) -> None:
        """Make room for a line of output; the next call draws again."""
        if self.visible:
            self.stream.write(self.erase)
            self.stream.flush()

    erase = "\r\x1b[K"

    @staticmethod
    def _drawing(done: int, total: int) -> str:
        full = WIDTH * done // total
        return f"\r[{'#' * full}{'.' * (WIDTH - full)}] {done}/{total} files"
