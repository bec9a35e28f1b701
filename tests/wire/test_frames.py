"""Frames that a server sends: literal bytes."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanic_legacy_ws.wire.frames import (
    BINARY,
    CLOSE,
    CONTINUATION,
    FIN,
    MAX_CONTROL_PAYLOAD,
    PING,
    PONG,
    RSV1,
    SHORT_BINARY,
    SHORT_TEXT,
    TEXT,
    frame,
    header,
    mask_pure,
)


def test_opcodes() -> None:
    """RFC 6455 section 5.2."""
    assert (CONTINUATION, TEXT, BINARY, CLOSE, PING, PONG) == (0, 1, 2, 8, 9, 10)
    assert (FIN, RSV1, MAX_CONTROL_PAYLOAD) == (0x80, 0x40, 125)


@pytest.mark.parametrize(
    ("first", "payload", "wire"),
    [
        (FIN | TEXT, b"Hello", b"\x81\x05Hello"),
        (TEXT, b"Hel", b"\x01\x03Hel"),
        (FIN | CONTINUATION, b"lo", b"\x80\x02lo"),
        (FIN | PING, b"Hello", b"\x89\x05Hello"),
        (FIN | BINARY, bytes(256), b"\x82\x7e\x01\x00" + bytes(256)),
        (FIN | BINARY, bytes(65536), b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00" + bytes(65536)),
        (FIN | RSV1 | TEXT, b"\x4a\x04\x00", b"\xc1\x03\x4a\x04\x00"),
        (FIN | CLOSE, b"", b"\x88\x00"),
    ],
)
def test_frames(first: int, payload: bytes, wire: bytes) -> None:
    """The examples of RFC 6455 section 5.7, unmasked, and of RFC 7692 section 7.2.3."""
    assert frame(first, payload) == wire


@pytest.mark.parametrize(
    ("size", "wire"),
    [
        (0, b"\x82\x00"),
        (125, b"\x82\x7d"),
        (126, b"\x82\x7e\x00\x7e"),
        (65535, b"\x82\x7e\xff\xff"),
        (65536, b"\x82\x7f\x00\x00\x00\x00\x00\x01\x00\x00"),
        (2**63 - 1, b"\x82\x7f\x7f" + b"\xff" * 7),
    ],
)
def test_the_shortest_form_of_a_length(size: int, wire: bytes) -> None:
    """RFC 6455 section 5.2: the minimal number of bytes."""
    assert header(FIN | BINARY, size) == wire


def test_ready_made_headers() -> None:
    """The tables hold the headers of all short messages."""
    assert [header(FIN | TEXT, size) for size in range(126)] == SHORT_TEXT
    assert [header(FIN | BINARY, size) for size in range(126)] == SHORT_BINARY


def test_masking() -> None:
    """The example of RFC 6455 section 5.7, there and back."""
    key = b"\x37\xfa\x21\x3d"
    assert mask_pure(b"Hello", key) == b"\x7f\x9f\x4d\x51\x58"
    assert mask_pure(b"\x7f\x9f\x4d\x51\x58", key) == b"Hello"
    assert mask_pure(b"", key) == b""


@given(st.binary(max_size=70), st.binary(min_size=4, max_size=4))
def test_masking_is_xor(data: bytes, key: bytes) -> None:
    """RFC 6455 section 5.3, byte by byte."""
    assert mask_pure(data, key) == bytes(byte ^ key[i % 4] for i, byte in enumerate(data))
