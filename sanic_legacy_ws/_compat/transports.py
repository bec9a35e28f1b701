"""What the transports of the event loops differ in."""

from __future__ import annotations

from typing import Any


def gathers(transport: Any) -> bool:
    """Whether ``transport.writelines`` may be used: it pauses us, and survives a lost peer.

    uvloop's does both. asyncio's does not pause up to CPython 3.12.8 and 3.13.1 (CVE-2024-12254),
    may write to a lost connection up to 3.13.7 (gh-136234), and only joins the buffers before 3.12.
    """
    return type(transport).__module__.startswith("uvloop")


def fills(transport: Any) -> bool:
    """Whether the transport reads into a buffer of ours (asyncio.BufferedProtocol), if asked to.

    TLS decrypts into buffers of its own, and is not worth it.
    """
    return type(transport).__name__ in ("TCPTransport", "UnixTransport", "_SelectorSocketTransport")


def half_close(transport: Any) -> bool:
    """Send no more, and read on; whether ``transport`` can (TLS cannot).

    asyncio's raises OSError (ENOTCONN) where the peer has just gone, before we are told of it, and
    uvloop's RuntimeError where it is being closed: then there is nothing left to end.
    """
    if transport.is_closing():
        return True
    if not transport.can_write_eof():
        return False
    try:
        transport.write_eof()
    except (OSError, RuntimeError):
        transport.abort()
    return True
