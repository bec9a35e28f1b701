"""The bytes of a case, made once before the clock starts: what is sent, what must come back."""

from __future__ import annotations

import json
import random
import zlib
from itertools import accumulate
from typing import Iterable

from benchmarks.cases import Case

CONTINUATION, TEXT, CLOSE, PING, PONG = 0x0, 0x1, 0x8, 0x9, 0xA
FIN, RSV1 = 0x80, 0x40
MASK = b"\x37\xfa\x21\x3d"
READ_SIZE = 256 * 1024


def mask(payload: bytes) -> bytes:
    """`payload` under the one mask of this client (RFC 6455, 5.3)."""
    size = len(payload)
    key = (MASK * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(key, "big")).to_bytes(size, "big")


def _head(first: int, size: int, masked: int) -> bytes:
    if size < 126:
        return bytes((first, masked | size))
    if size < 65536:
        return bytes((first, masked | 126)) + size.to_bytes(2, "big")
    return bytes((first, masked | 127)) + size.to_bytes(8, "big")


def client_frame(first: int, payload: bytes) -> bytes:
    """A masked frame; `first` is its first byte, flags and opcode (RFC 6455, 5.2)."""
    return _head(first, len(payload), 0x80) + MASK + mask(payload)


def server_frame(first: int, payload: bytes) -> bytes:
    """An unmasked frame, as a server sends it."""
    return _head(first, len(payload), 0) + payload


def read_head(data: bytes, at: int) -> tuple[int, int, int] | None:
    """First byte, payload's start and end of the server's frame at `at`; None: not all there."""
    if len(data) < at + 2:
        return None
    size, start = data[at + 1], at + 2
    if size >= 126:
        width = 2 if size == 126 else 8
        size, start = int.from_bytes(data[start : start + width], "big"), start + width
    end = start + size
    return (data[at], start, end) if len(data) >= end else None


def deflate(payload: bytes) -> bytes:
    """`payload` as permessage-deflate has it, on its own (RFC 7692, 7.2.1)."""
    packer = zlib.compressobj(wbits=-15)
    return (packer.compress(payload) + packer.flush(zlib.Z_SYNC_FLUSH))[:-4]


def _text(number: int, size: int) -> bytes:
    return (f"{number:03d} " + "the quick brown fox " * (size // 20 + 1)).encode()[:size]


def _json(number: int, size: int) -> bytes:
    """A JSON document of exactly `size` bytes that compresses as records do."""
    pick = random.Random(number)
    rows: list[dict[str, object]] = []
    while len(json.dumps(rows)) < size - 120:
        rows.append(
            {
                "id": pick.randrange(10**6),
                "name": pick.choice(["anna", "bert", "carl", "dora"]),
                "price": round(pick.random() * 1000, 2),
                "active": pick.random() < 0.5,
            }
        )
    return json.dumps(rows).encode().ljust(size)


def _message(case: Case, payload: bytes) -> bytes:
    if case.mode == "deflate":
        return client_frame(FIN | RSV1 | TEXT, deflate(payload))
    size = len(payload) // case.fragments
    pieces = [payload[at : at + size] for at in range(0, len(payload), size)]
    opcodes = [TEXT] + [CONTINUATION] * (len(pieces) - 1)
    opcodes[-1] |= FIN
    return b"".join(client_frame(*frame) for frame in zip(opcodes, pieces))


class Traffic:
    """A round of different messages, sent over and over, so that a lost or swapped one is seen.

    `period` is how many there are; `sent` holds them twice, so that any run of them up to a
    period long is one slice; `offsets` says where each starts. `replies` are the echoes.
    """

    def __init__(self, case: Case) -> None:
        make = _json if case.mode == "deflate" else _text
        self.period = max(case.in_flight, 4)
        self.payloads = [make(number, case.size) for number in range(self.period)]
        messages = [_message(case, payload) for payload in self.payloads]
        self.sent = memoryview(b"".join(messages * 2))
        self.offsets = [0, *accumulate(map(len, messages * 2))]
        self.replies = [server_frame(FIN | TEXT, payload) for payload in self.payloads]


def endless(pieces: Iterable[bytes], room: int = READ_SIZE) -> bytes:
    """`pieces` repeated until any `room` bytes that start in the first round are one slice."""
    once = b"".join(pieces)
    return once * (room // len(once) + 2)
