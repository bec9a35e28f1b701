"""Close codes and close frame payloads."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanic_legacy_ws.wire.close import (
    MAX_REASON_BYTES,
    CloseCode,
    close_name,
    is_valid_code,
    parse_close,
    serialize_close,
    truncate_reason,
)
from sanic_legacy_ws.wire.errors import InvalidPayload, ProtocolError

VALID = {*range(1000, 1004), *range(1007, 1015), *range(3000, 5000)}


def test_valid_codes() -> None:
    """Of all 16-bit codes, those that RFC 6455 and IANA let stand in a frame are valid."""
    assert {code for code in range(65536) if is_valid_code(code)} == VALID


@pytest.mark.parametrize("code", [1004, 1005, 1006, 1015])
def test_reserved_codes_are_refused_both_ways(code: int) -> None:
    """Codes that stand for what was never on the wire are neither read nor written."""
    with pytest.raises(ProtocolError, match=f"invalid close code {code}"):
        parse_close(code.to_bytes(2, "big"))
    with pytest.raises(ValueError, match=f"close code {code} may not be sent"):
        serialize_close(code, "why")


@pytest.mark.parametrize("code", [-1, 0, 999, 1016, 2999, 5000, 65536])
def test_codes_outside_the_ranges_are_not_written(code: int) -> None:
    """Codes that belong to no range are refused."""
    with pytest.raises(ValueError, match="may not be sent"):
        serialize_close(code)


def test_payload_on_the_wire() -> None:
    """Two bytes of code, big-endian, then the reason in UTF-8."""
    assert serialize_close(1001, "bÿe") == b"\x03\xe9b\xc3\xbfe"
    assert parse_close(b"\x03\xe9b\xc3\xbfe") == (1001, "bÿe")


def test_a_memoryview_is_parsed() -> None:
    """The payload may be a view of a buffer."""
    assert parse_close(memoryview(b"\x03\xe8ok")) == (1000, "ok")


def test_no_code_is_1005() -> None:
    """An empty payload means 1005, and 1005 is written as an empty payload."""
    assert parse_close(b"") == (1005, "")
    assert serialize_close(1005) == b""


def test_half_a_code() -> None:
    """A payload of one byte breaks the protocol."""
    with pytest.raises(ProtocolError, match="half a code"):
        parse_close(b"\x03")


@pytest.mark.parametrize(
    "reason", [b"\xff", b"\xc3", b"\xed\xa0\x80", b"\xc0\x80", b"\xf4\x90\x80\x80"]
)
def test_reason_must_be_utf8(reason: bytes) -> None:
    """A stray byte, half a character, a surrogate, an overlong form, past the last character."""
    with pytest.raises(InvalidPayload, match="not UTF-8"):
        parse_close(b"\x03\xe8" + reason)


def test_reason_of_123_bytes_fits() -> None:
    """123 bytes are written, 124 are refused, whatever the number of characters."""
    assert len(serialize_close(1000, "é" * 61 + "a")) == 125
    with pytest.raises(ValueError, match="124 bytes: at most 123"):
        serialize_close(1000, "é" * 62)


def test_reason_that_cannot_be_encoded() -> None:
    """A lone surrogate is refused as a ValueError."""
    with pytest.raises(ValueError, match="surrogates"):
        serialize_close(1000, "\ud800")


def test_truncate_keeps_what_fits() -> None:
    """A reason of up to 123 bytes stays as it is; a longer one loses whole characters."""
    assert truncate_reason("a" * 123) == "a" * 123
    assert truncate_reason("é" * 62) == "é" * 61
    assert truncate_reason("a" + "\U0001f600" * 31) == "a" + "\U0001f600" * 30


def test_truncate_replaces_surrogates() -> None:
    """A lone surrogate becomes a question mark."""
    assert truncate_reason("a\udcffb") == "a?b"


@pytest.mark.parametrize(
    ("code", "name"),
    [
        (1001, "going away"),
        (CloseCode.TRY_AGAIN_LATER, "try again later"),
        (1000, "OK"),
        (1006, "connection closed abnormally [internal]"),
        (3003, "registered"),
        (3999, "registered"),
        (4000, "private use"),
        (4999, "private use"),
        (1004, "unknown"),
        (5000, "unknown"),
    ],
)
def test_names(code: int, name: str) -> None:
    """Every code has a name for the log."""
    assert close_name(code) == name


@given(st.sampled_from(sorted(VALID)), st.text(max_size=30))
def test_round_trip(code: int, reason: str) -> None:
    """What is written is read again."""
    assert parse_close(serialize_close(code, reason)) == (code, reason)


@given(st.text(alphabet=st.characters(), max_size=200))
def test_a_truncated_reason_can_be_sent(reason: str) -> None:
    """Any text can be sent once it is truncated, and nothing that would fit is cut off."""
    cut = truncate_reason(reason)
    assert parse_close(serialize_close(1011, cut)) == (1011, cut)
    assert len(cut) == len(reason) or len(cut.encode()) > MAX_REASON_BYTES - 4


@given(st.binary(max_size=125))
def test_parse_close_never_fails_otherwise(payload: bytes) -> None:
    """Any payload gives a code that may be on the wire, 1005, or one of the two errors."""
    try:
        code, reason = parse_close(payload)
    except (ProtocolError, InvalidPayload):
        return
    assert serialize_close(code, reason) == payload
