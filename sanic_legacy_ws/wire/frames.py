"""Frames that a server sends (RFC 6455 section 5.2): headers, whole frames, masking."""

from __future__ import annotations

from typing import Callable, Union

BytesLike = Union[bytes, bytearray, memoryview]
Mask = Callable[[BytesLike, bytes], bytes]

CONTINUATION, TEXT, BINARY = 0x0, 0x1, 0x2
CLOSE, PING, PONG = 0x8, 0x9, 0xA

FIN = 0x80
RSV1 = 0x40  # "compressed" under permessage-deflate (RFC 7692 section 6)

MAX_CONTROL_PAYLOAD = 125

# First two bytes of the frames with a short payload: what most messages need.
SHORT_TEXT: list[bytes] = [bytes((FIN | TEXT, size)) for size in range(126)]
SHORT_BINARY: list[bytes] = [bytes((FIN | BINARY, size)) for size in range(126)]


def header(first: int, size: int) -> bytes:
    """Return the header of an unmasked frame.

    ``first`` is the first byte (FIN, RSV bits and opcode), ``size`` the payload's length.
    """
    if size < 126:
        return bytes((first, size))
    if size < 65536:
        return bytes((first, 126, size >> 8, size & 255))
    return bytes((first, 127)) + size.to_bytes(8, "big")


def frame(first: int, payload: bytes) -> bytes:
    """Return a whole unmasked frame."""
    return header(first, len(payload)) + payload


def mask_pure(data: BytesLike, key: bytes) -> bytes:
    """Mask or unmask ``data`` by ``key`` (RFC 6455 section 5.3), without a C extension.

    One operation on big integers for the whole payload is the fastest that plain Python has.
    """
    size = len(data)
    pattern = (key * (size // 4 + 1))[:size]
    masked = int.from_bytes(data, "little") ^ int.from_bytes(pattern, "little")
    return masked.to_bytes(size, "little")
