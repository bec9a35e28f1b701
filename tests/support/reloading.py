"""Changing a file that Sanic's reloader watches."""

from __future__ import annotations

import itertools
import os
import time
from typing import Callable

_AGAIN = 5.0  # seconds


def touch_until(path: str, seen: Callable[[], bool], timeout: float = 30.0) -> None:
    """Give the file a later time, until ``seen`` says that it made a difference.

    More than once, since the reloader takes the time that it finds first for the unchanged one.
    """
    deadline = time.monotonic() + timeout
    for seconds in itertools.count(2_000_000_000):
        os.utime(path, (seconds, seconds))
        again = time.monotonic() + _AGAIN
        while time.monotonic() < again:
            if seen():
                return
            time.sleep(0.1)
        assert time.monotonic() < deadline, f"not seen after {timeout} s"
