"""The same bytes, valid and broken, through us and through websockets' and wsproto's servers.

All must make the same messages of them and answer with the same close code, but for the
differences in the table, each of which says why we do as we do.
"""

from __future__ import annotations

import os
from typing import Any, Callable, NamedTuple

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from sanic_legacy_ws.wire.close import is_valid_code
from tests.support import sanic_version
from tests.support.client import CLOSE, CONT, TEXT, apply_mask, encode_frame

from .peers import AVAILABLE, Outcome, ours

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100" if sanic_version >= (25, 12) else "25"))
MAX_SIZE = 250
ZERO = bytes(4)


class Seen(NamedTuple):
    """A frame as a bare reading of RFC 6455 section 5.2 finds it, legal or not."""

    first: int
    second: int
    size: int
    whole_header: bool
    payload: bytes

    @property
    def is_control(self) -> bool:
        return bool(self.first & 8)

    @property
    def is_whole(self) -> bool:
        return self.whole_header and len(self.payload) == self.size

    @property
    def is_minimal(self) -> bool:
        marker = self.second & 127
        return marker < 126 or (self.size > 125 and (marker == 126 or self.size > 65535))


def read(data: bytes) -> list[Seen]:
    """The frames in ``data``, the last of them perhaps cut off."""
    frames = []
    while len(data) >= 2:
        first, second = data[:2]
        start, size = 2, second & 127
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(data[2:start], "big")
        key = data[start : start + 4] if second & 128 else b""
        start += 4 if second & 128 else 0
        payload = data[start : start + size]
        masked = apply_mask(payload, key) if len(key) == 4 else payload
        frames.append(Seen(first, second, size, len(data) >= start, masked))
        data = data[start + size :]
    return frames


class Difference(NamedTuple):
    """``why`` we differ from ``peer``, and whether that is so for some bytes."""

    peer: str
    why: str
    holds: Callable[[list[Seen], Outcome, Outcome], bool]
    example: bytes


def _cut_off(seen: list[Seen], us: Outcome, them: Outcome) -> bool:
    return us.code == 1002 and them.code is None and not seen[-1].is_whole


def _close_amid_fragments(seen: list[Seen], us: Outcome, them: Outcome) -> bool:
    if them.code != 1002 or us.code is None:
        return False
    amid = False
    for frame in seen:
        if frame.first & 15 == CLOSE:
            return amid
        if not frame.is_control:
            amid = not frame.first & 128
    return False


DIFFERENCES = [
    Difference(
        "websockets",
        "A header is judged as soon as two bytes of it are there; it waits for all of them, and "
        "for the whole frame to find that fragments are out of order.",
        _cut_off,
        b"\x80\x82",
    ),
    Difference(
        "websockets",
        "It looks at the length before the rest of the header; we call a frame that is wrong in "
        "itself 1002, and judge the length once the header is whole.",
        lambda seen, us, them: (
            them.code == 1009
            and us.code in (1002, 1007, None)
            and any(frame.size > 125 for frame in seen)
        ),
        b"\xf1\xff" + bytes(4) + b"\1" + bytes(3),
    ),
    Difference(
        "websockets",
        "Text fails at its first byte that cannot be UTF-8 (RFC 6455 section 8.1 asks for no "
        "more than that it fail); its text is decoded when the message is whole.",
        lambda seen, us, them: us.code == 1007 and them.code in (None, 1002, 1009),
        encode_frame(TEXT, b"\xff", fin=False, mask=ZERO),
    ),
    Difference(
        "websockets",
        "A close frame amid a fragmented message is a close frame: control frames may come there "
        "(RFC 6455 section 5.4). It fails the connection.",
        _close_amid_fragments,
        encode_frame(TEXT, b"a", fin=False, mask=ZERO) + encode_frame(CLOSE, b"\x03\xe8"),
    ),
    Difference(
        "websockets",
        "Of a close frame with a wrong code and a reason that is not UTF-8, we name the first.",
        lambda seen, us, them: (
            (us.code, them.code) == (1002, 1007) and any(f.first & 15 == CLOSE for f in seen)
        ),
        encode_frame(CLOSE, b"\x00\x00\xff"),
    ),
    Difference(
        "wsproto",
        "A header is judged as soon as two bytes of it are there; it waits for the length.",
        _cut_off,
        b"\x80\x82",
    ),
    Difference(
        "wsproto",
        "It sees a control frame that is too long at its second byte; we, when its length is "
        "there, as a longer form of a short length is let pass.",
        lambda seen, us, them: (
            them.code == 1002
            and us.code is None
            and seen[-1].is_control
            and seen[-1].second & 127 > 125
        ),
        b"\x88\xff",
    ),
    Difference(
        "wsproto",
        "A length in more bytes than it needs is let pass: RFC 6455 section 5.2 binds the sender, "
        "and no websockets release that old apps ran on refused it.",
        lambda seen, us, them: them.code == 1002 and any(not frame.is_minimal for frame in seen),
        b"\x81\xfe\x00\x01" + ZERO + b"x",
    ),
    Difference(
        "wsproto",
        "It has no limit on the size of a message.",
        lambda seen, us, them: us.code == 1009,
        encode_frame(TEXT, b"x" * 251),
    ),
    Difference(
        "wsproto",
        "1014 (bad gateway) is in the IANA registry; it does not know it.",
        lambda seen, us, them: (us.code, them.code) == (1014, 1002),
        encode_frame(CLOSE, b"\x03\xf6"),
    ),
]


@st.composite
def frames(draw: Any) -> bytes:
    """A frame, mostly legal in itself."""
    opcode = draw(st.sampled_from([0, 0, 1, 1, 2, 8, 9, 10, 3, 15]))
    payload = draw(
        st.sampled_from([b"", b"a", b"\xc3\xa4", b"\xff", b"\xc3", b"\xa4", b"\x03\xe8bye"])
        | st.binary(max_size=3)
        | st.integers(1000, 5000).map(lambda code: code.to_bytes(2, "big"))
        | st.sampled_from([bytes(125), bytes(126), b"y" * 200, b"y" * 251])
    )
    fin = draw(st.sampled_from([True, True, False]))
    rsv = draw(st.sampled_from([0] * 15 + [1, 2, 4]))
    mask = draw(st.sampled_from([ZERO, b"\1\2\3\4", b"\1\2\3\4", b"\xff\xfe\xfd\xfc"] * 5 + [None]))
    data = encode_frame(opcode, payload, fin=fin, rsv=rsv, mask=mask)
    form = draw(st.sampled_from([0] * 20 + [2, 8]))
    if form and len(payload) < 126:
        marker = 126 if form == 2 else 127
        length = len(payload).to_bytes(form, "big")
        data = bytes((data[0], data[1] & 128 | marker)) + length + data[2:]
    return bytes(data)


STREAMS = st.builds(
    lambda parts, cut: b"".join(parts)[: cut or None],
    st.lists(frames(), max_size=5),
    st.sampled_from([0, 0, 0, -1, -2, -3, -4, -5, -8]),
) | st.binary(max_size=40)


def explained(peer: str, data: bytes, us: Outcome, them: Outcome) -> list[str]:
    seen = read(data)
    return [
        difference.why
        for difference in DIFFERENCES
        if difference.peer == peer and difference.holds(seen, us, them)
    ]


def is_prefix(one: list[Any], other: list[Any]) -> bool:
    return one == other[: len(one)] or other == one[: len(other)]


@pytest.mark.skipif(not AVAILABLE, reason="neither websockets 11 or later nor wsproto is here")
@settings(max_examples=2 * EXAMPLES, deadline=None)
@given(STREAMS)
@example(encode_frame(TEXT, b"hello"))
@example(encode_frame(CLOSE, b""))
@example(encode_frame(CONT, b"lo"))
def test_same_messages_and_code(data: bytes) -> None:
    """Each difference has its reason, and even then no message is another's."""
    us = ours(data, MAX_SIZE)
    assert us.code is None or us.code == 1005 or is_valid_code(us.code)
    for server in AVAILABLE:
        them = server(data, MAX_SIZE)
        if us != them:
            assert explained(server.__name__, data, us, them), (server.__name__, us, them)
            assert is_prefix(us.messages, them.messages)


@pytest.mark.parametrize("difference", DIFFERENCES, ids=lambda d: f"{d.peer}: {d.why[:40]}")
def test_every_difference_is_one(difference: Difference) -> None:
    """The table holds nothing that has ceased to be so."""
    servers = {server.__name__: server for server in AVAILABLE}
    if difference.peer not in servers:
        pytest.skip(f"{difference.peer} has no sans-I/O server here")
    us = ours(difference.example, MAX_SIZE)
    them = servers[difference.peer](difference.example, MAX_SIZE)
    assert us != them
    assert difference.why in explained(difference.peer, difference.example, us, them)
