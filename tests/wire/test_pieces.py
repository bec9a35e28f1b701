"""The pieces of a message, handed on while it arrives."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanic_legacy_ws.wire.bulk import BULK
from sanic_legacy_ws.wire.errors import InvalidPayload, MessageTooBig, ProtocolError, WireError
from tests.support.client import BINARY, CONT, PING, TEXT, encode_frame

from .decoding import HELLO, ROOM, new
from .test_decoder_deflate import compressed, deflate

SHARP = "\u00df".encode()


class Kept:
    """A sink that keeps what it gets."""

    def __init__(self) -> None:
        self.pieces: list[Any] = []
        self.empty: Any = None

    def put(self, piece: Any) -> None:
        assert self.empty is None
        self.pieces.append(piece)

    def end(self, empty: Any) -> None:
        assert self.empty is None
        self.empty = empty

    @property
    def message(self) -> Any:
        """The pieces, joined, once there are no more."""
        return None if self.empty is None else self.empty.join(self.pieces)


def fragments(opcode: int, *payloads: bytes) -> bytes:
    last = len(payloads) - 1
    return b"".join(
        encode_frame(CONT if number else opcode, payload, fin=number == last)
        for number, payload in enumerate(payloads)
    )


def streamed(*chunks: bytes, **options: Any) -> tuple[Kept, list[Any], Any]:
    """What a sink gets of these chunks, what the queue gets, and the decoder."""
    sink, messages, decoder = Kept(), [], new(**options)
    decoder.stream(sink)
    for chunk in chunks:
        decoder.feed(chunk)
        decoder.decode(messages, ROOM)
    return sink, messages, decoder


@pytest.mark.parametrize(
    ("opcode", "payloads", "pieces"),
    [
        (TEXT, [b"a", b"bc", b"d"], ["a", "bc", "d"]),
        (BINARY, [b"a", b"\xff", b"d"], [b"a", b"\xff", b"d"]),
        (TEXT, [b"", b"a", b"", b"b", b""], ["a", "b"]),
        (TEXT, [b"a" + SHARP[:1], SHARP[1:] + b"b"], ["a", "\u00dfb"]),
        (TEXT, [SHARP[:1], SHARP[1:]], ["\u00df"]),
        (TEXT, [b"", b""], []),
        (BINARY, [b"", b""], []),
    ],
)
def test_a_fragment_is_a_piece(opcode: int, payloads: list[bytes], pieces: list[Any]) -> None:
    """Each in its turn, however many arrive at once; an empty one is none."""
    sink, messages, _ = streamed(fragments(opcode, *payloads))
    assert (sink.pieces, messages) == (pieces, [])
    assert sink.message == (b"".join(payloads) if opcode == BINARY else b"".join(payloads).decode())


def test_decoding_stops_behind_the_message() -> None:
    """What follows waits for whoever takes the pieces; then messages are whole again."""
    data = fragments(TEXT, b"a", b"b") + HELLO + fragments(TEXT, b"c", b"d")
    sink, messages, decoder = streamed(data)
    assert (sink.message, messages) == ("ab", [])
    decoder.decode(messages, ROOM)
    assert messages == ["Hello", "cd"]


def test_a_message_in_progress() -> None:
    """What is there already is the first piece."""
    decoder, sink, messages = new(), Kept(), []
    data = fragments(TEXT, b"a", b"b" + SHARP[:1], SHARP[1:])
    decoder.feed(data[:-8])
    decoder.decode(messages, ROOM)
    decoder.stream(sink)
    assert sink.pieces == ["ab"]
    decoder.feed(data[-8:])
    decoder.decode(messages, ROOM)
    assert (sink.message, messages) == ("ab\u00df", [])


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
def test_a_long_frame(opcode: int) -> None:
    """It comes as it arrives, and is not read in bulk."""
    data = encode_frame(opcode, b"x" * BULK)
    sink, messages, decoder = streamed(data[:1000])
    assert decoder.bulk is None
    assert sum(map(len, sink.pieces)) == 986
    decoder.feed(data[1000:])
    decoder.decode(messages, ROOM)
    assert (len(sink.message), messages) == (BULK, [])


def test_what_comes_whole_is_a_message() -> None:
    """So is what is compressed, and what is read in bulk already."""
    assert streamed(HELLO)[:2][1] == ["Hello"]
    (payload,) = compressed(b"abc")
    frames = encode_frame(TEXT, payload[:2], rsv=4, fin=False) + encode_frame(CONT, payload[2:])
    sink, messages, _ = streamed(frames[:9], frames[9:], inflater=deflate())
    assert (sink.pieces, sink.message, messages) == ([], None, ["abc"])
    decoder, data = new(), encode_frame(BINARY, bytes(BULK))
    decoder.feed(data[:100])
    decoder.decode(messages, ROOM)
    decoder.stream(sink)
    decoder.feed(data[100:])
    decoder.decode(messages, ROOM)
    assert (sink.pieces, messages) == ([], ["abc", bytes(BULK)])


def test_control_frames_in_between() -> None:
    """They are as ever."""
    decoder, sink = new(), Kept()
    decoder.stream(sink)
    data = encode_frame(TEXT, b"a", fin=False) + encode_frame(PING, b"p") + encode_frame(CONT, b"b")
    decoder.feed(data)
    assert decoder.decode([], ROOM) == [(PING, b"p")]
    assert sink.pieces == ["a", "b"]


def test_only_so_many_at_once() -> None:
    """A read may hold tens of thousands of fragments."""
    decoder, sink = new(), Kept()
    decoder.stream(sink)
    decoder.feed(fragments(TEXT, *[b"x"] * 1000))
    decoder.decode([], ROOM, 100)
    assert decoder.interrupted
    assert len(sink.pieces) in (99, 100)
    while decoder.interrupted:
        decoder.decode([], ROOM, 100)
    assert sink.message == "x" * 1000


@pytest.mark.parametrize(
    ("payloads", "fault", "reason"),
    [
        ([b"abc\xff", b""], InvalidPayload, "text is not UTF-8 at byte 3"),
        ([b"abc", SHARP[:1], b"a"], InvalidPayload, "text is not UTF-8 at byte 3"),
        ([b"abc", SHARP[:1]], InvalidPayload, "text is not UTF-8 at byte 3"),
        ([b"12345", b"123456"], MessageTooBig, "message is over the limit of 10 bytes"),
    ],
)
def test_faults(payloads: list[bytes], fault: type[WireError], reason: str) -> None:
    """They are those of a whole message: text is judged, and all of it counts for the limit."""
    with pytest.raises(fault, match=reason):
        streamed(fragments(TEXT, *payloads), max_size=10)


def test_order_of_fragments() -> None:
    """Another message may not begin in between."""
    with pytest.raises(ProtocolError, match="fragments are out of order"):
        streamed(encode_frame(TEXT, b"a", fin=False) + encode_frame(TEXT, b"b"))


@pytest.mark.parametrize(("opcode", "message"), [(TEXT, "a\u00dfb"), (BINARY, b"a" + SHARP + b"b")])
def test_whole_after_all(opcode: int, message: Any) -> None:
    """Given back what the sink got, the decoder assembles the message."""
    first, rest = encode_frame(opcode, b"a" + SHARP[:1], fin=False), b"" + SHARP[1:] + b"b"
    sink, messages, decoder = streamed(first)
    so_far = b"a" if opcode == TEXT else b"a" + SHARP[:1]
    assert sink.pieces == [so_far.decode() if opcode == TEXT else so_far]
    decoder.stream_no_more(so_far)
    decoder.feed(encode_frame(CONT, rest))
    decoder.decode(messages, ROOM)
    assert messages == [message]


def test_the_rest_is_dropped() -> None:
    """Of a message that nobody wants any more; the next one is whole, in the same read."""
    sink, messages, decoder = streamed(encode_frame(TEXT, b"a", fin=False))
    decoder.stream_no_more(None)
    decoder.feed(encode_frame(CONT, b"b", fin=False) + encode_frame(CONT, b"c") + HELLO)
    decoder.decode(messages, ROOM)
    assert (sink.pieces, sink.message, messages) == (["a"], None, ["Hello"])


@given(
    st.text(min_size=1, max_size=40),
    st.lists(st.integers(0, 60), max_size=6),
    st.lists(st.integers(0, 200), max_size=6),
    st.booleans(),
)
def test_any_cut(text: str, fragment: list[int], chunk: list[int], binary: bool) -> None:
    """However it is cut into fragments and reads, the pieces are the message."""
    payload = text.encode()
    parts = [payload[i:j] for i, j in cuts(fragment, len(payload))]
    data = fragments(BINARY if binary else TEXT, *parts) + HELLO
    sink, messages, decoder = streamed(*(data[i:j] for i, j in cuts(chunk, len(data))))
    decoder.decode(messages, ROOM)
    message = payload if binary else text
    pieces = [] if sink.empty is None else [sink.message]
    # Where the first one came whole, the next one comes in pieces.
    assert [message, "Hello"] in ([*pieces, *messages], [*messages, *pieces])
    assert all(sink.pieces)


def cuts(points: list[int], size: int) -> list[tuple[int, int]]:
    """The ranges between these points."""
    inner = sorted({point for point in points if 0 < point < size})
    return list(zip([0, *inner], [*inner, size]))
