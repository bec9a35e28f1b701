"""Frames in words, for logs."""

from __future__ import annotations

import pytest

from sanic_legacy_ws.wire.describe import Scanner, describe
from sanic_legacy_ws.wire.frames import frame, mask_pure

KEY = b"\x01\x02\x03\x04"


def masked(first, payload):
    """A frame of a client."""
    header = bytearray(frame(first, payload)[: len(frame(first, payload)) - len(payload)])
    header[1] |= 0x80
    return bytes(header) + KEY + mask_pure(payload, KEY)


STREAM = (
    (masked(0x81, b"hello"), "TEXT 5 bytes 'hello'"),
    (masked(0x81, b""), "TEXT 0 bytes"),
    (masked(0x82, b"\x00\xff"), "BINARY 2 bytes b'\\x00\\xff'"),
    (masked(0x01, b"a"), "TEXT not final 1 bytes 'a'"),
    (masked(0x80, b"b"), "CONTINUATION 1 bytes b'b'"),
    (masked(0x89, b"p"), "PING 1 bytes b'p'"),
    (masked(0x82, bytes(300)), "BINARY 300 bytes " + repr(bytes(80)) + "..."),
    (masked(0x81, b"x" * 70000), "TEXT 70000 bytes '" + "x" * 80 + "'..."),
    (masked(0xC1, b"\xaa"), "TEXT compressed 1 bytes b'\\xaa'"),
    (frame(0x8A, b""), "PONG 0 bytes"),
    (frame(0x88, b"\x0f\xa1bye"), "CLOSE 4001 (private use) 'bye'"),
)


@pytest.mark.parametrize("step", [1, 2, 3, 7, 1000, 1 << 20])
def test_stream(step):
    """Frames are told apart, however the bytes come."""
    data = b"".join(bytes_ for bytes_, _ in STREAM)
    scanner = Scanner()
    found = []
    for start in range(0, len(data), step):
        found += scanner.feed(data[start : start + step])
    assert found == [text for _, text in STREAM]


@pytest.mark.parametrize(
    ("payload", "text"),
    [
        (b"", "CLOSE without a code"),
        (b"\x03\xe8", "CLOSE 1000 (OK)"),
        (b"\x03", "CLOSE b'\\x03'"),
        (b"\x03\xe8\xff", "CLOSE b'\\x03\\xe8\\xff'"),
    ],
)
def test_close(payload, text):
    """Code, name and reason, or the bytes of what is none."""
    assert describe(0x88, len(payload), payload) == text


def test_unknown():
    """An opcode that RFC 6455 does not have is given as a number."""
    assert describe(0x83, 1, b"x") == "opcode 3 1 bytes b'x'"


@pytest.mark.parametrize("text", ["\r\n\x1b[2J\x7f", "\u202e\u2028\x85", "\ud7ff\N{SNOWMAN}"])
def test_escaped(text):
    """Nothing but printable ASCII leaves, whatever comes in."""
    for first in (0x81, 0x82):
        told = describe(first, len(text.encode()), text.encode())
        assert told.isascii()
        assert told.isprintable()


def test_cut_in_a_character():
    """What is cut is cut between bytes: half a character is shown as unknown."""
    told = describe(0x81, 81, b"x" * 79 + "\u00e9".encode())
    assert told == "TEXT 81 bytes '" + "x" * 79 + "\\ufffd'..."
