"""Large messages: into place once, in whatever pieces, and never held on a mere promise."""

from __future__ import annotations

from typing import List

import pytest

from sanic_legacy_ws._compat.masking import apply_mask
from sanic_legacy_ws.wire import bulk as room
from sanic_legacy_ws.wire.bulk import BULK, Bulk
from sanic_legacy_ws.wire.frames import mask_pure
from tests.support.client import BINARY, TEXT, encode_frame

from .decoding import HELLO, feed, new

KEY = b"\x01\x02\x03\x04"


def pattern(size: int) -> bytes:
    return (bytes(range(1, 128)) * (size // 127 + 1))[:size]


def chunks(data: bytes, size: int) -> list[bytes]:
    return [data[start : start + size] for start in range(0, len(data), size)]


@pytest.mark.parametrize("opcode", [TEXT, BINARY])
@pytest.mark.parametrize("size", [BULK - 1, BULK, BULK + 1, 3 * BULK, 1 << 20])
@pytest.mark.parametrize("cut", [1000, 65536, 262144, 1 << 22])
def test_any_cut(opcode: int, size: int, cut: int) -> None:
    """A message is the same however it was cut, and so are those around it."""
    payload = pattern(size)
    stream = HELLO + encode_frame(opcode, payload) + HELLO
    outcome = feed(new(), *chunks(stream, cut))
    message = payload.decode() if opcode == TEXT else payload
    assert outcome.messages == ["Hello", message, "Hello"]


def test_without_the_extension() -> None:
    """The masking in plain Python takes the same views of buffers."""
    payload = pattern(BULK + 3)
    stream = encode_frame(BINARY, payload) * 2
    assert feed(new(mask=mask_pure), stream[:70_000], stream[70_000:]).messages == [payload] * 2


def test_bad_text() -> None:
    """Text that is not UTF-8 fails with 1007 when it is whole."""
    frame = encode_frame(TEXT, pattern(BULK) + b"\xff")
    assert feed(new(), frame[:1000], frame[1000:]).code == 1007


def test_limit() -> None:
    """A message over the limit fails at its header."""
    assert feed(new(max_size=BULK), encode_frame(BINARY, pattern(BULK + 1))[:20]).code == 1009


def test_a_promise_is_no_memory() -> None:
    """A peer that announces a gigabyte and sends little makes us hold little."""
    room._spare.clear()
    bulk = Bulk(1 << 30, KEY, text=False)
    assert len(bulk.space()) == 1 << 16
    bulk.put(bytes(1 << 16), 0)
    assert len(bulk.space()) == 3 << 16


def test_nothing_of_another_message() -> None:
    """A buffer that served a longer message shows nothing of it."""
    long, short = encode_frame(BINARY, pattern(1 << 20)), encode_frame(BINARY, bytes(BULK))
    decoder = new()
    feed(decoder, long[:5000], long[5000:])
    assert feed(decoder, short[:5000], short[5000:]).messages == [bytes(BULK)]


def test_kept_buffers_are_few() -> None:
    """What is kept for the next large message is bounded, in number and in size."""
    room._spare.clear()
    many = [Bulk(1 << 18, KEY, text=False) for _ in range(20)]
    for bulk in many:
        bulk.put(bytes(1 << 18), 0)
        bulk.unmask(apply_mask)
    huge = Bulk(1 << 23, KEY, text=False)
    huge.put(bytes(1 << 23), 0)
    huge.unmask(apply_mask)
    assert len(room._spare) <= 8
    assert max(map(len, room._spare)) <= 1 << 21


def test_the_last_kept_buffer_is_taken_by_another_thread(monkeypatch: pytest.MonkeyPatch) -> None:
    """Between the look and the take: a new one is made."""

    class Emptied(List[bytearray]):
        def __len__(self) -> int:
            return 1

    monkeypatch.setattr(room, "_spare", Emptied())
    assert len(Bulk(1 << 20, KEY, text=False).space()) == 1 << 16


def test_dropped_with_the_connection() -> None:
    """After `discard` nothing of a large message is held."""
    decoder = new()
    feed(decoder, encode_frame(BINARY, pattern(BULK))[:5000])
    assert decoder.bulk is not None
    decoder.discard()
    assert decoder.bulk is None
