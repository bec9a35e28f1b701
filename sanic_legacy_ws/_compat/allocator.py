"""Keep freed memory in the process, where the C library would hand it back at each message."""

from __future__ import annotations

_BLOCK = 16 << 20  # bytes


def keep_freed_memory() -> None:
    """Raise the sizes from which glibc gives freed memory back to the system.

    It starts at 128 KiB: then the buffers of every large message are new pages, and their page
    faults cost more than all else about it (at 1 MiB, 827 against 115 us in the connection object
    alone). glibc adapts to what a program frees, so that freeing one block of 16 MiB, which is
    never touched and so never in memory, does it: up to 32 MiB of freed memory stay from then on.
    """
    bytes(_BLOCK)
