"""The decoder: literal bytes in; messages, control frames and faults out.

Each case runs whole, byte by byte, and with half a ping behind it that is completed later. Most
frames are masked by zeros, so that their payload can be read.
"""

from __future__ import annotations

from collections import deque
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanic_legacy_ws._compat.masking import apply_mask
from sanic_legacy_ws.wire.decoder import Decoder
from sanic_legacy_ws.wire.errors import InvalidPayload, MessageTooBig, ProtocolError
from sanic_legacy_ws.wire.frames import mask_pure
from tests.support.client import encode_frame

from .decoding import CLOSE, HELLO, PING, PONG, ROOM, Cut, Outcome, bytewise, feed, new, whole

MESSAGES: dict[str, tuple[bytes, list[Any], list[tuple[int, bytes]]]] = {
    "text of RFC 6455 section 5.7": (HELLO, ["Hello"], []),
    "binary": (b"\x82\x83\0\0\0\0\x00\xff\x80", [b"\x00\xff\x80"], []),
    "empty text": (b"\x81\x80\0\0\0\0", [""], []),
    "empty binary": (b"\x82\x80\0\0\0\0", [b""], []),
    "no mask to speak of, then one": (b"\x81\x81\0\0\0\0a" + HELLO, ["a", "Hello"], []),
    "characters of two, three and four bytes": (
        b"\x81\x89\0\0\0\0\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80",
        ["ä€😀"],
        [],
    ),
    "125 bytes": (b"\x81\xfd\0\0\0\0" + b"x" * 125, ["x" * 125], []),
    "126 bytes": (b"\x81\xfe\x00\x7e\0\0\0\0" + b"x" * 126, ["x" * 126], []),
    "256 bytes": (b"\x82\xfe\x01\x00\0\0\0\0" + bytes(256), [bytes(256)], []),
    "a long length that is short": (b"\x81\xfe\x00\x01\0\0\0\0x", ["x"], []),
    "a very long length that is short": (b"\x82\xff" + bytes(7) + b"\x01\0\0\0\0x", [b"x"], []),
    "fragments": (b"\x01\x81\0\0\0\0a\x00\x81\0\0\0\0b\x80\x81\0\0\0\0c", ["abc"], []),
    "binary fragments": (b"\x02\x81\0\0\0\0\xff\x80\x81\0\0\0\0\xfe", [b"\xff\xfe"], []),
    "empty fragments": (b"\x01\x80\0\0\0\0\x00\x80\0\0\0\0\x80\x80\0\0\0\0", [""], []),
    "a character cut by a fragment": (b"\x01\x81\0\0\0\0\xc3\x80\x81\0\0\0\0\xa4", ["ä"], []),
    "a fragment that is not followed": (b"\x01\x81\0\0\0\0a", [], []),
    "ping": (b"\x89\x82\x01\x02\x03\x04if", [], [(PING, b"hd")]),
    "empty ping": (b"\x89\x80\0\0\0\0", [], [(PING, b"")]),
    "ping of 125 bytes": (b"\x89\xfd\0\0\0\0" + b"p" * 125, [], [(PING, b"p" * 125)]),
    "pong": (b"\x8a\x82\0\0\0\0hi", [], [(PONG, b"hi")]),
    "close": (b"\x88\x82\0\0\0\0\x03\xe8", [], [(CLOSE, b"\x03\xe8")]),
    "empty close": (b"\x88\x80\0\0\0\0", [], [(CLOSE, b"")]),
    "controls between fragments": (
        b"\x01\x81\0\0\0\0a\x89\x81\0\0\0\x001\x8a\x80\0\0\0\0\x80\x81\0\0\0\0b",
        ["ab"],
        [(PING, b"1"), (PONG, b"")],
    ),
    "close in a fragmented message": (
        b"\x01\x81\0\0\0\0a\x88\x80\0\0\0\0\x80\x81\0\0\0\0b",
        [],
        [(CLOSE, b"")],
    ),
    "data after close": (b"\x88\x80\0\0\0\0" + HELLO + b"\xff" * 20, [], [(CLOSE, b"")]),
    "messages around a ping": (HELLO + b"\x89\x80\0\0\0\0" + HELLO, ["Hello"] * 2, [(PING, b"")]),
}


@pytest.mark.parametrize("case", MESSAGES)
def test_messages_and_control_frames(case: str, cut: Cut) -> None:
    """What is allowed is decoded, in order."""
    data, messages, controls = MESSAGES[case]
    assert cut(data) == Outcome(messages, controls)


BEFORE: dict[str, bytes] = {
    "half a header": b"\x81",
    "half a message": b"\x81\x86\0\0\0\0a",
    "a fragment": b"\x01\x81\0\0\0\0a",
    "half of a large message": b"\x82\xff" + bytes(5) + b"\1\0\0\0\0\0\0" + bytes(9),
    "a close frame": b"\x88\x80\0\0\0\0",
}


@pytest.mark.parametrize("before", BEFORE)
def test_a_whole_frame_behind_something_is_not_taken_by_itself(before: str) -> None:
    """Its bytes may be payload, or behind the end: `decode` has to tell."""
    decoder = new()
    feed(decoder, BEFORE[before])
    assert decoder.take_whole(HELLO) is None


def test_a_whole_frame_behind_the_end_is_not_taken() -> None:
    """Whatever came in between, after a close frame or a failure."""
    for end in (lambda decoder: feed(decoder, BEFORE["a close frame"]), Decoder.discard):
        decoder = new()
        end(decoder)
        feed(decoder, HELLO)
        assert decoder.take_whole(HELLO) is None


def test_a_whole_frame_behind_bytes_that_are_not_decoded_is_not_taken() -> None:
    """It is the second message then."""
    decoder = new()
    decoder.feed(HELLO)
    assert decoder.take_whole(HELLO) is None


def test_a_whole_frame_is_taken_again_once_nothing_is_before_it() -> None:
    """Behind a fragmented message and a ping."""
    decoder = new()
    feed(decoder, b"\x01\x81\0\0\0\0a\x80\x81\0\0\0\0b\x89\x80\0\0\0\0")
    assert decoder.take_whole(HELLO) == "Hello"


@pytest.mark.parametrize("data", [b"", b"\x81", HELLO[:-1], HELLO + b"\x89", HELLO * 2])
def test_what_is_not_one_whole_frame_is_left(data: bytes) -> None:
    """Nothing of it is taken."""
    decoder = new()
    assert decoder.take_whole(data) is None
    assert feed(decoder, data).code is None


FAULTS: dict[str, tuple[bytes, int, str]] = {
    "not masked": (b"\x81\x05Hello", 1002, "frame is not masked"),
    "not masked, empty": (b"\x81\x00", 1002, "frame is not masked"),
    "not masked, long": (b"\x81\x7e\x00\x80" + bytes(128), 1002, "frame is not masked"),
    "not masked, very long": (b"\x82\x7f" + bytes(6) + b"\x01\x00", 1002, "frame is not masked"),
    "not masked ping": (b"\x89\x00", 1002, "frame is not masked"),
    "RSV1": (b"\xc1\x80\0\0\0\0", 1002, "reserved bits are set"),
    "RSV2": (b"\xa1\x80\0\0\0\0", 1002, "reserved bits are set"),
    "RSV3": (b"\x91\x80\0\0\0\0", 1002, "reserved bits are set"),
    "RSV1 on a ping": (b"\xc9\x80\0\0\0\0", 1002, "reserved bits are set"),
    "RSV in half a header": (b"\xf1\xff\0\0\0\0", 1002, "reserved bits are set"),
    **{
        f"opcode {opcode}": (bytes((0x80 | opcode, 0x80, 0, 0, 0, 0)), 1002, f"unknown {name}")
        for opcode, name in [(n, f"opcode {n}") for n in (3, 4, 5, 6, 7, 11, 12, 13, 14, 15)]
    },
    "fragmented ping": (b"\x09\x80\0\0\0\0", 1002, "control frame is fragmented"),
    "fragmented pong": (b"\x0a\x80\0\0\0\0", 1002, "control frame is fragmented"),
    "fragmented close": (b"\x08\x80\0\0\0\0", 1002, "control frame is fragmented"),
    "ping of 126 bytes": (b"\x89\xfe\x00\x7e\0\0\0\0", 1002, "control frame is too long"),
    "close of 126 bytes": (b"\x88\xfe\x00\x7e\0\0\0\0", 1002, "control frame is too long"),
    "ping of 64 KiB": (
        b"\x89\xff" + bytes(5) + b"\1" + bytes(6),
        1002,
        "control frame is too long",
    ),
    "continuation of nothing": (b"\x80\x80\0\0\0\0", 1002, "fragments are out of order"),
    "first continuation of nothing": (b"\x00\x80\0\0\0\0", 1002, "fragments are out of order"),
    "continuation after a whole message": (
        HELLO + b"\x80\x80\0\0\0\0",
        1002,
        "fragments are out of order",
    ),
    "text in a fragmented message": (
        b"\x01\x81\0\0\0\0a\x81\x81\0\0\0\0b",
        1002,
        "fragments are out of order",
    ),
    "fragment of binary in one of text": (
        b"\x01\x81\0\0\0\0a\x02\x81\0\0\0\0b",
        1002,
        "fragments are out of order",
    ),
    "length of 2 ** 63": (
        b"\x82\xff\x80" + bytes(7) + bytes(4),
        1002,
        "frame length has its highest bit set",
    ),
    "bytes that are not UTF-8": (b"\x81\x82\0\0\0\0a\xff", 1007, "text is not UTF-8 at byte 1"),
    "a surrogate": (b"\x81\x83\0\0\0\0\xed\xa0\x80", 1007, "text is not UTF-8 at byte 0"),
    "an overlong form": (b"\x81\x82\0\0\0\0\xc0\x80", 1007, "text is not UTF-8 at byte 0"),
    "beyond U+10FFFF": (b"\x81\x84\0\0\0\0\xf4\x90\x80\x80", 1007, "text is not UTF-8 at byte 0"),
    "a character that is cut off": (b"\x81\x81\0\0\0\0\xc3", 1007, "text is not UTF-8 at byte 0"),
    "fragments that are not UTF-8": (
        b"\x01\x81\0\0\0\0a\x80\x81\0\0\0\0\xff",
        1007,
        "text is not UTF-8 at byte 1",
    ),
}


@pytest.mark.parametrize("case", FAULTS)
def test_faults(case: str, cut: Cut) -> None:
    """Each rule that is broken has its close code and says what is wrong."""
    data, code, reason = FAULTS[case]
    outcome = cut(data)
    assert outcome[2:] == (code, reason)


@pytest.mark.parametrize("case", FAULTS)
def test_messages_before_a_fault_are_kept(case: str, cut: Cut) -> None:
    """What came whole before the fault is in the queue."""
    data, code, _ = FAULTS[case]
    outcome = cut(HELLO + data)
    assert outcome.messages[0] == "Hello"
    assert outcome.code == code


@pytest.mark.parametrize(
    "header", [b"\x81\x05", b"\xb1\x80", b"\x83\x80", b"\x00\x80", b"\x09\x80"]
)
def test_two_bytes_can_be_enough_to_fail(header: bytes) -> None:
    """A peer that stops in the middle of a wrong header is not waited for."""
    assert whole(header).code == 1002


def test_controls_before_a_fault_in_the_same_bytes_are_lost() -> None:
    """As the connection fails anyway; a fault in later bytes loses none."""
    ping, fault = b"\x89\x80\0\0\0\0", b"\x83\x80\0\0\0\0"
    assert whole(ping + fault).controls == []
    assert feed(new(), ping, fault).controls == [(PING, b"")]


# Limits.

LIMITS: dict[str, tuple[bytes, int | None]] = {
    "as long as allowed": (b"\x81\x84\0\0\0\0four", None),
    "one byte over": (b"\x82\x85\0\0\0\0five!", 1009),
    "one byte over, header alone": (b"\x82\x85", 1009),
    "64 KiB over, header alone": (b"\x82\xff" + bytes(5) + b"\x01\0\0" + bytes(4), 1009),
    "fragments as long as allowed": (b"\x01\x83\0\0\0\0thr\x80\x81\0\0\0\0e", None),
    "fragments over": (b"\x01\x83\0\0\0\0thr\x80\x82\0\0\0\0ee", 1009),
    "fragments over, header alone": (b"\x01\x83\0\0\0\0thr\x00\x82", 1009),
    "a short message with a long length": (b"\x82\xfe\x00\x04\0\0\0\0four", None),
    "a ping over the limit": (b"\x89\x85\0\0\0\0five!", None),
}


@pytest.mark.parametrize("case", LIMITS)
def test_max_size(case: str, cut: Cut) -> None:
    """max_size counts a message's bytes, over all its fragments; a longer one is 1009."""
    data, code = LIMITS[case]
    outcome = cut(data, max_size=4)
    assert outcome.code == code
    if code is not None:
        assert outcome.reason == "message is over the limit of 4 bytes"


def test_a_limit_of_nothing(cut: Cut) -> None:
    """max_size 0 lets empty messages through."""
    assert cut(b"\x81\x80\0\0\0\0", max_size=0) == Outcome([""], [])
    assert cut(b"\x81\x81\0\0\0\0x", max_size=0).code == 1009


def test_no_limit() -> None:
    """Without max_size any length up to 2 ** 63 - 1 is begun."""
    decoder = new()
    assert feed(decoder, b"\x82\xff\x7f" + b"\xff" * 7 + bytes(4) + b"x" * 100) == Outcome([], [])
    assert decoder.buffered == 0


def test_large_messages(cut: Cut) -> None:
    """64 KiB and more have a length of eight bytes."""
    if cut is bytewise:
        pytest.skip("the lengths are in test_any_cut; this one is slow byte by byte")
    data = bytes(range(256)) * 300
    frame = b"\x82\xff" + len(data).to_bytes(8, "big") + b"\1\2\3\4" + mask_pure(data, b"\1\2\3\4")
    assert cut(frame) == Outcome([data], [])


def test_many_fragments() -> None:
    """Their number has no limit."""
    data = b"\x01\x81\0\0\0\0x" + b"\x00\x81\0\0\0\0x" * 20_000 + b"\x80\x80\0\0\0\0"
    assert whole(data) == Outcome(["x" * 20_001], [])


# Any cut, any content.

FRAMES = st.lists(
    st.tuples(
        st.sampled_from(["text", "binary", "ping", "pong"]),
        st.text(max_size=200),
        st.integers(1, 4),
        st.binary(min_size=4, max_size=4),
    ),
    max_size=6,
)


def encode(plan: list[tuple[str, str, int, bytes]]) -> tuple[bytes, list[Any], list[Any]]:
    data = b""
    messages: list[Any] = []
    controls = []
    for kind, text, parts, key in plan:
        payload = text.encode()
        if kind in ("ping", "pong"):
            opcode = PING if kind == "ping" else PONG
            data += encode_frame(opcode, payload[:125], mask=key)
            controls.append((opcode, payload[:125]))
            continue
        step = len(payload) // parts + 1
        pieces = [payload[i : i + step] for i in range(0, len(payload), step)] or [b""]
        for i, piece in enumerate(pieces):
            opcode = 0 if i else 1 if kind == "text" else 2
            data += encode_frame(opcode, piece, fin=i == len(pieces) - 1, mask=key)
        messages.append(text if kind == "text" else payload)
    return data, messages, controls


@given(FRAMES, st.lists(st.integers(1, 64), min_size=1, max_size=8), st.booleans())
def test_any_cut(plan: list[Any], sizes: list[int], in_python: bool) -> None:
    """However the bytes are cut, the same comes out, by either mask function."""
    data, messages, controls = encode(plan)
    chunks, pos = [], 0
    while pos < len(data):
        size = sizes[len(chunks) % len(sizes)]
        chunks.append(data[pos : pos + size])
        pos += size
    decoder = new(mask=mask_pure if in_python else apply_mask)
    assert feed(decoder, *chunks) == Outcome(messages, controls)
    assert decoder.buffered == 0


@given(st.binary(max_size=200), st.integers(0, 50))
def test_any_bytes(data: bytes, limit: int) -> None:
    """Garbage is decoded or refused by a WireError, and byte by byte gives the same messages."""
    one, other = whole(data, max_size=limit), bytewise(data, max_size=limit)
    assert one.messages == other.messages
    assert one[2:] == other[2:]


# Room, and what waits.


def test_room_is_kept() -> None:
    """At most so many messages are decoded; the rest waits as bytes."""
    decoder = new()
    messages: deque[Any] = deque()
    decoder.feed(HELLO * 5)
    assert decoder.decode(messages, 2) == []
    assert list(messages) == ["Hello"] * 2
    assert decoder.buffered == 3 * len(HELLO)
    decoder.decode(messages, 0)
    assert len(messages) == 2
    decoder.feed(HELLO)
    decoder.decode(messages, 100)
    assert len(messages) == 6
    assert decoder.buffered == 0


def test_room_counts_fragmented_and_empty_messages() -> None:
    """Each whole message takes one place, however it was cut."""
    decoder, messages = new(), []
    decoder.feed(b"\x01\x81\0\0\0\0a\x80\x80\0\0\0\0\x01\x80\0\0\0\0\x80\x81\0\0\0\0b" + HELLO)
    decoder.decode(messages, 1)
    assert messages == ["a"]
    decoder.decode(messages, 1)
    assert messages == ["a", "b"]
    decoder.decode(messages, 1)
    assert messages == ["a", "b", "Hello"]


def test_controls_up_to_the_room_are_returned() -> None:
    """A control frame behind the last message that fits waits with the rest."""
    decoder, messages = new(), []
    ping = b"\x89\x80\0\0\0\0"
    decoder.feed(ping + HELLO + ping)
    assert decoder.decode(messages, 1) == [(PING, b"")]
    assert decoder.decode(messages, 1) == [(PING, b"")]


def test_buffered_is_what_was_fed_and_not_decoded() -> None:
    """Payload bytes are taken as they come; half a header or control frame waits."""
    decoder = new()
    assert decoder.buffered == 0
    decoder.feed(HELLO[:8])
    assert decoder.buffered == 8
    decoder.decode([], ROOM)
    assert decoder.buffered == 0
    decoder.feed(HELLO[8:] + b"\x89")
    decoder.decode([], ROOM)
    assert decoder.buffered == 1
    decoder.feed(b"\x84\0\0\0\0nex")
    decoder.decode([], ROOM)
    assert decoder.buffered == 9


@pytest.mark.parametrize("half", [b"", HELLO[:1], HELLO[:8], b"\x01\x81\0\0\0\0a", HELLO])
def test_discard(half: bytes) -> None:
    """Nothing is decoded any more, whatever was half there and whatever comes."""
    decoder = new()
    decoder.feed(half)
    if half != HELLO:
        decoder.decode([], ROOM)
    decoder.discard()
    assert decoder.closed
    assert feed(decoder, HELLO, b"\xff" * 20) == Outcome([], [])
    assert decoder.buffered == 0


def test_a_close_frame_is_the_last() -> None:
    """After it the decoder is closed, in the same bytes and in later ones."""
    decoder = new()
    assert feed(decoder, b"\x88\x80\0\0\0\0" + HELLO, HELLO) == Outcome([], [(CLOSE, b"")])
    assert decoder.closed
    assert decoder.buffered == 0


def test_faults_are_wire_errors() -> None:
    """Each kind carries its close code."""
    codes = {kind.code for kind in (ProtocolError, InvalidPayload, MessageTooBig)}
    assert codes == {1002, 1007, 1009}


@pytest.mark.parametrize(
    "frame", [encode_frame(PING), encode_frame(0, fin=False)], ids=["pings", "fragments"]
)
def test_frames_without_a_message_are_taken_in_portions(frame: bytes) -> None:
    """A read of nothing but control frames or fragments can be interrupted and gone on with."""
    decoder = new()
    messages: list[Any] = []
    decoder.feed(encode_frame(1, b"a", fin=False) + frame * 100)
    portions = 0
    while decoder.decode(messages, ROOM, 30) is not None and decoder.interrupted:
        portions += 1
    assert portions == 3
    assert decoder.buffered == 0
