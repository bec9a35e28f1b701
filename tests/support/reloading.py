"""Changing a file that Sanic's reloader watches."""

from __future__ import annotations

import itertools
import os
import time
from typing import Callable

from .waiting import eventually

_AGAIN = 5.0  # seconds


def touch_until(path: str, seen: Callable[[], bool], timeout: float = 30.0) -> None:
    """Give the file a later time, until ``seen`` says that it made a difference.

    More than once, since the reloader takes the time that it finds first for the unchanged one.
    """
    deadline = time.monotonic() + timeout
    for seconds in itertools.count(2_000_000_000):
        os.utime(path, (seconds, seconds))
        try:
            eventually(seen, _AGAIN, every=0.1)
            return
        except AssertionError:
            if time.monotonic() > deadline:
                raise
