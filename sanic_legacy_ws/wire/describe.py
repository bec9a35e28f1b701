"""The frames in a stream of bytes, told in words for a log (RFC 6455 section 5.2).

The decoder judges frames and keeps none of them; this judges nothing, and keeps the beginning of
each. It is for logs alone: a connection whose frames are not logged does without.
"""

from __future__ import annotations

from typing import Iterator

from .close import close_name, parse_close
from .errors import WireError
from .frames import BINARY, CLOSE, CONTINUATION, FIN, PING, PONG, RSV1, TEXT

SHOWN = 80  # bytes of a payload
_KEPT = 125  # bytes, so that a control frame is there whole

_NAMES = {
    CONTINUATION: "CONTINUATION",
    TEXT: "TEXT",
    BINARY: "BINARY",
    CLOSE: "CLOSE",
    PING: "PING",
    PONG: "PONG",
}


class Scanner:
    """Tells the frames of one direction apart. It holds one header and ``_KEPT`` bytes at most."""

    __slots__ = ("_first", "_header", "_key", "_left", "_payload", "_size")

    def __init__(self) -> None:
        self._header = b""
        self._first = 0
        self._size = 0
        self._left = -1  # bytes to come of the payload, -1 in a header
        self._key = b""
        self._payload = b""

    def feed(self, data: bytes) -> Iterator[str]:
        """Give a description of each frame that ends in ``data``."""
        position = 0
        while position < len(data):
            if self._left < 0:
                position = self._take_header(data, position)
            else:
                position = self._take_payload(data, position)
            if self._left == 0:
                self._left = -1
                yield describe(self._first, self._size, _masked(self._payload, self._key))

    def _take_header(self, data: bytes, position: int) -> int:
        known = self._header + data[position : position + 14]
        size = _header_size(known)
        if len(known) < size:
            self._header = known
            return len(data)
        position += size - len(self._header)
        self._header = b""
        self._read_header(known[:size])
        return position

    def _read_header(self, header: bytes) -> None:
        self._first, second = header[0], header[1]
        length = second & 0x7F
        wide = {126: 2, 127: 8}.get(length, 0)
        self._size = int.from_bytes(header[2 : 2 + wide], "big") if wide else length
        self._key = header[2 + wide :]
        self._left = self._size
        self._payload = b""

    def _take_payload(self, data: bytes, position: int) -> int:
        end = min(position + self._left, len(data))
        room = _KEPT - len(self._payload)
        self._payload += data[position : min(end, position + room)]
        self._left -= end - position
        return end


def _header_size(header: bytes) -> int:
    """How long a header is that begins so; more than is there if that is not told yet."""
    if len(header) < 2:
        return 2
    length = header[1] & 0x7F
    return 2 + {126: 2, 127: 8}.get(length, 0) + (4 if header[1] & 0x80 else 0)


def _masked(payload: bytes, key: bytes) -> bytes:
    return bytes(byte ^ key[i & 3] for i, byte in enumerate(payload)) if key else payload


def describe(first: int, size: int, payload: bytes) -> str:
    """Say what a frame is: ``TEXT 5 bytes 'hello'``.

    ``first`` is its first byte, ``size`` the length of its payload, ``payload`` the beginning of
    that, or all. What is shown of it is escaped, in ASCII, and ends after ``SHOWN`` bytes.
    """
    opcode = first & 0x0F
    words = [_NAMES.get(opcode, f"opcode {opcode}")]
    if first & RSV1:
        words.append("compressed")
    if not first & FIN:
        words.append("not final")
    if opcode == CLOSE:
        words.append(_closing(payload))
        return " ".join(words)
    words.append(f"{size} bytes")
    if size:
        text = opcode == TEXT and not first & RSV1
        words.append(shown(payload, text) + ("..." if size > SHOWN else ""))
    return " ".join(words)


def shown(payload: bytes, text: bool) -> str:
    """The first ``SHOWN`` bytes of a payload, escaped: no control character leaves here."""
    beginning = payload[:SHOWN]
    return ascii(beginning.decode("utf-8", "replace")) if text else repr(beginning)


def _closing(payload: bytes) -> str:
    try:
        code, reason = parse_close(payload)
    except WireError:
        return repr(payload)
    if code == 1005:
        return "without a code"
    named = f"{code} ({close_name(code)})"
    return f"{named} {reason!a}" if reason else named


__all__ = ["SHOWN", "Scanner", "describe", "shown"]
