"""Readers: they count the messages that arrived on one connection, and check every byte."""

from __future__ import annotations

import zlib

from benchmarks.frames import (
    FIN,
    PING,
    RSV1,
    TEXT,
    Traffic,
    endless,
    read_head,
)


class WrongEchoError(Exception):
    """The server answered something else than what was sent to it."""


class Expected:
    """The replies of a case as one endless stream, shared by all of its connections."""

    def __init__(self, traffic: Traffic) -> None:
        self.stream = endless(traffic.replies)
        self.size = len(traffic.replies[0])
        self.round = self.size * len(traffic.replies)


class ExactReader:
    """Echoes of equal size: compared by memcmp, counted by division, never parsed."""

    __slots__ = ("expected", "offset")

    def __init__(self, expected: Expected) -> None:
        self.expected = expected
        self.offset = 0

    def feed(self, data: bytes) -> int:
        """How many messages `data` completes."""
        expected, offset = self.expected, self.offset
        if not expected.stream.startswith(data, offset):
            raise WrongEchoError(f"not the expected echo: {data[:60]!r}")
        end = offset + len(data)
        self.offset = end % expected.round
        return end // expected.size - offset // expected.size


class InflatingReader:
    """Compressed echoes: each is inflated in the connection's context and compared."""

    __slots__ = ("data", "inflate", "number", "payloads")

    def __init__(self, traffic: Traffic) -> None:
        self.payloads = traffic.payloads
        self.inflate = zlib.decompressobj(wbits=-15)
        self.number = 0
        self.data = b""

    def feed(self, data: bytes) -> int:
        """How many messages `data` completes."""
        data, at, before = self.data + data, 0, self.number
        frame = read_head(data, 0)
        while frame:
            first, start, at = frame
            if first != FIN | RSV1 | TEXT:
                raise WrongEchoError(f"not a compressed text frame: {first:#x}")
            self._check(data[start:at])
            frame = read_head(data, at)
        self.data = data[at:]
        return self.number - before

    def _check(self, payload: bytes) -> None:
        text = self.inflate.decompress(payload + b"\x00\x00\xff\xff")
        if text != self.payloads[self.number % len(self.payloads)]:
            raise WrongEchoError(f"not the expected echo: {text[:60]!r}")
        self.number += 1


class PingReader:
    """Pings only: `feed` counts them, `payloads` keeps what is to be answered."""

    __slots__ = ("data", "payloads")

    def __init__(self) -> None:
        self.data = b""
        self.payloads: list[bytes] = []

    def feed(self, data: bytes) -> int:
        """How many pings `data` completes."""
        data, at, count = self.data + data, 0, 0
        frame = read_head(data, 0)
        while frame:
            first, start, at = frame
            if first != FIN | PING:
                raise WrongEchoError(f"not a ping: {first:#x}")
            self.payloads.append(data[start:at])
            count += 1
            frame = read_head(data, at)
        self.data = data[at:]
        return count
