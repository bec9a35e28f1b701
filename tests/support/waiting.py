"""Waiting for what happens in its own time; no wait of a test is without a bound."""

from __future__ import annotations

import asyncio
import time
from typing import Any, Callable

BOUND = 15.0  # seconds
EVERY = 0.01  # seconds from one look to the next

Error = Callable[[Any], Exception]


def eventually(
    condition: Callable[[], Any],
    timeout: float = BOUND,
    *,
    every: float = EVERY,
    error: Error | None = None,
) -> Any:
    """What ``condition()`` gives once it is true.

    Raises after ``timeout`` seconds what ``error`` makes of the last value: AssertionError, which
    tells it, unless the caller knows more.
    """
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise error(value) if error else _still(value, timeout)
        time.sleep(every)


async def until(
    condition: Callable[[], Any], timeout: float = BOUND, *, every: float = 0.001
) -> Any:
    """As `eventually`, where a loop runs."""
    deadline = time.monotonic() + timeout
    while True:
        value = condition()
        if value:
            return value
        if time.monotonic() > deadline:
            raise _still(value, timeout)
        await asyncio.sleep(every)


async def turns(count: int = 3) -> None:
    """Let the running loop turn: what is ready has run then."""
    for _ in range(count):
        await asyncio.sleep(0)


def _still(value: Any, timeout: float) -> AssertionError:
    return AssertionError(f"still {value!r} after {timeout} s")
