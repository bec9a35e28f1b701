"""The close frame is found among frames that nobody decodes."""

from __future__ import annotations

import pytest

from sanic_legacy_ws.wire.errors import WireError
from sanic_legacy_ws.wire.frames import mask_pure
from sanic_legacy_ws.wire.skim import Skimmer
from tests.support.client import BINARY, CLOSE, CONT, PING, TEXT, close_payload, encode_frame

from .decoding import new

CLOSING = encode_frame(CLOSE, close_payload(1001, "bye"))
MANY = 1 << 30


def skim(data: bytes, step: int, skip: int = 0) -> bytes | None:
    """What is found in ``data`` that comes in pieces of ``step`` bytes."""
    skimmer = Skimmer(mask_pure, skip)
    for begin in range(0, len(data), step):
        skimmer.feed(data[begin : begin + step])
        found = skimmer.find(MANY)
        if found is not None:
            return found
    return None


@pytest.mark.parametrize("step", [1, 7, 100, 1 << 20])
@pytest.mark.parametrize(
    "before",
    [
        b"",
        encode_frame(TEXT, b"x"),
        encode_frame(BINARY, bytes(125)) + encode_frame(PING, b"p"),
        encode_frame(TEXT, b"x" * 126) + encode_frame(CONT, b"\x88" * 300),
        encode_frame(BINARY, bytes(70_000)),
    ],
    ids=["nothing", "short", "longest short", "two bytes of length", "eight bytes of length"],
)
def test_found(before: bytes, step: int) -> None:
    """Behind frames of every length, whole and in pieces, with a tail."""
    if step < len(before) // 1000:
        step = 1000
    assert skim(before + CLOSING + b"tail", step) == close_payload(1001, "bye")


@pytest.mark.parametrize("step", [1, 1 << 20])
def test_not_there(step: int) -> None:
    """None, as long as the close frame is not whole."""
    assert skim(encode_frame(TEXT, CLOSING), step) is None
    assert skim(CLOSING[:-1], step) is None


@pytest.mark.parametrize("step", [1, 3, 100])
def test_from_the_middle_of_a_frame(step: int) -> None:
    """What is left of it is passed over."""
    assert skim(bytes(30) + CLOSING, step, skip=30) == close_payload(1001, "bye")


def test_limit() -> None:
    """It looks at so many frames and says so; the next look goes on behind them."""
    skimmer = Skimmer(mask_pure)
    skimmer.feed(encode_frame(TEXT, b"x") * 5 + CLOSING)
    assert (skimmer.find(3), skimmer.interrupted) == (None, True)
    assert (skimmer.find(2), skimmer.interrupted) == (None, True)
    assert skimmer.find(1) == close_payload(1001, "bye")


@pytest.mark.parametrize(
    "data",
    [
        encode_frame(TEXT, b"x", mask=None),
        encode_frame(CLOSE, close_payload(1000), fin=False),
        encode_frame(CLOSE, bytes(126)),
    ],
    ids=["not masked", "a fragment", "too long"],
)
def test_malformed(data: bytes) -> None:
    """1002."""
    with pytest.raises(WireError) as raised:
        skim(encode_frame(TEXT, b"x") + data, 1 << 20)
    assert raised.value.code == 1002


@pytest.mark.parametrize(
    "data",
    [
        encode_frame(TEXT, b"one"),
        encode_frame(BINARY, b"x" * 1000, fin=False)[:500],
        encode_frame(BINARY, bytes(100_000))[:5000],
        encode_frame(TEXT, b"one")[:3],
    ],
    ids=["at a frame", "in a fragment", "in a large message", "in a header"],
)
def test_from_where_the_decoder_stands(data: bytes) -> None:
    """Whatever it is in the middle of."""
    rest = {500: 508, 5000: 95_014, 3: 6}.get(len(data), 0)
    decoder = new()
    decoder.feed(data)
    decoder.decode([], MANY)
    skimmer = decoder.skimmer()
    skimmer.feed(bytes(rest) + CLOSING)
    assert skimmer.find(MANY) == close_payload(1001, "bye")
