"""What the transports of the event loops differ in."""

from __future__ import annotations

import os
import select
import struct
import sys
from typing import Any, Iterable

if sys.platform != "win32":
    from fcntl import ioctl
    from termios import TIOCOUTQ

_PLAIN = "_SelectorSocketTransport"  # asyncio's, without TLS


# Up to so many bytes the copy into one buffer costs less than a list of buffers: measured for both.
ALWAYS_JOINED = _UVLOOP = 1 << 15
_ASYNCIO = 1 << 19

# From here on asyncio's writelines drops what is for a lost peer (gh-136234). It pauses us since
# 3.12.9 and 3.13.2 (CVE-2024-12254), and before 3.12 it only joined the buffers itself.
_ASYNCIO_GATHERS = sys.version_info >= (3, 14, 1)


def joins_up_to(transport: Any) -> int:
    """Return how many bytes are better joined for ``write``; more are for ``writelines``.

    It may be used where it pauses us as ``write`` does, and survives a lost peer: uvloop's does.
    """
    kind = type(transport)
    if kind.__module__.startswith("uvloop"):
        return _UVLOOP
    return _ASYNCIO if _ASYNCIO_GATHERS and kind.__name__ == _PLAIN else sys.maxsize


def fills(transport: Any) -> bool:
    """Whether ``transport`` reads into a buffer of ours (asyncio.BufferedProtocol), if asked to.

    TLS decrypts into buffers of its own: to fill ours is not worth it.
    """
    return type(transport).__name__ in ("TCPTransport", "UnixTransport", _PLAIN)


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


def unsent(transport: Any) -> int:
    """Return how many bytes ``transport`` has still to send; 0 for one that does not tell."""
    tell = getattr(transport, "get_write_buffer_size", None)
    return 0 if tell is None else int(tell())


def unacknowledged(transport: Any) -> int:
    """Return how many bytes the system holds that the peer has not taken; 0 where it won't tell.

    A transport writes again when a third of the system's buffer is free: a peer that reads a
    megabyte a second looks silent for longer than a second without this (Linux's SIOCOUTQ).
    """
    socket = transport.get_extra_info("socket")
    if sys.platform == "win32" or socket is None:
        return 0
    try:
        return int(struct.unpack("i", ioctl(socket.fileno(), TIOCOUTQ, bytes(4)))[0])
    except (OSError, ValueError):
        return 0  # no such question here, or the socket is closed


def read_dry(transport: Any, most: int) -> bytes:
    """Return what the system still holds of a connection that is lost, up to ``most`` bytes.

    To be called in ``connection_lost``, when both loops still have the socket open. A write that
    met a peer which had gone lost the connection, and not what the peer had sent before (Linux).
    """
    socket = transport.get_extra_info("socket")
    pieces: list[bytes] = []
    try:
        while socket is not None and most > 0:
            pieces.append(os.read(socket.fileno(), most))
            if not pieces[-1]:
                break
            most -= len(pieces[-1])
    except OSError:
        pass  # there is no more
    return b"".join(pieces)


def those_reset(transports: Iterable[Any]) -> list[Any]:
    """Return those whose peer is gone by a reset, without reading (POSIX; none on Windows)."""
    if not hasattr(select, "poll"):
        return []
    poll = select.poll()
    by_number = {}
    for transport in transports:
        socket = transport.get_extra_info("socket")
        number = -1 if socket is None else socket.fileno()
        if number >= 0:
            by_number[number] = transport
            poll.register(number, 0)  # POLLERR and POLLHUP need not be asked for
    return [by_number[number] for number, _ in poll.poll(0)]
