"""What the C library does with freed memory: keep some for the next message, hand the rest back."""

from __future__ import annotations

import asyncio
from functools import lru_cache
from typing import Callable

_BLOCK = 16 << 20  # bytes
_WORTH = 16 << 20  # bytes that were freed at once, from which on it is worth to hand them back
_PAUSE = 0.1  # seconds from then on: what is freed meanwhile goes with it (0.25 ms a MiB)

_freed = 0  # bytes since the last time; `give_back` is due where it is _WORTH


def keep_freed_memory() -> None:
    """Raise the sizes from which glibc gives freed memory back to the system.

    It starts at 128 KiB: then the buffers of every large message are new pages, and their page
    faults cost more than all else about it (at 1 MiB, 827 against 115 us in the connection object
    alone). glibc adapts to what a program frees, so that freeing one block of 16 MiB, which is
    never touched and so never in memory, does it: from then on up to 32 MiB of freed memory stay
    at the end of the heap, and whatever lies between blocks that are in use; see `freed`.
    """
    bytes(_BLOCK)


def freed(size: int, loop: asyncio.AbstractEventLoop) -> None:
    """Note that ``size`` bytes are about to be freed; much is handed back soon after.

    What nobody has read of a connection is many blocks between others. glibc keeps those: 135 MiB
    of 30 peers with 32 messages of 200 kB each.
    """
    global _freed
    before, _freed = _freed, _freed + size
    if before < _WORTH <= _freed:
        loop.call_later(_PAUSE, give_back)


def give_back() -> None:
    """Hand all freed memory back to the system, where the C library can: glibc."""
    global _freed
    _freed = 0
    trim = _malloc_trim()
    if trim is not None:
        trim(0)


@lru_cache(maxsize=None)
def _malloc_trim() -> Callable[[int], int] | None:
    import ctypes  # 2 ms that most processes never need

    try:
        return ctypes.CDLL(None).malloc_trim  # type: ignore[no-any-return]
    except (AttributeError, OSError, TypeError):  # musl, macOS; Windows
        return None
