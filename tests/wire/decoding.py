"""A decoder, and the ways in which bytes arrive at it."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from sanic_legacy_ws._compat.masking import apply_mask
from sanic_legacy_ws.wire.decoder import Decoder
from sanic_legacy_ws.wire.errors import WireError

ROOM = 1 << 30
CLOSE, PING, PONG = 8, 9, 10
NEXT = b"\x89\x84\0\0\0\0next"

# RFC 6455 section 5.7.
HELLO = b"\x81\x85\x37\xfa\x21\x3d\x7f\x9f\x4d\x51\x58"


class Outcome(NamedTuple):
    messages: list[Any]
    controls: list[tuple[int, bytes]]
    code: int | None = None
    reason: str | None = None


Cut = Callable[..., Outcome]


def new(max_size: int | None = None, **options: Any) -> Decoder:
    return Decoder(max_size=max_size, mask=options.pop("mask", apply_mask), **options)


def feed(decoder: Decoder, *chunks: bytes) -> Outcome:
    messages: list[Any] = []
    controls = []
    for chunk in chunks:
        decoder.feed(chunk)
        try:
            controls += decoder.decode(messages, ROOM)
        except WireError as exc:
            return Outcome(messages, controls, exc.code, exc.reason)
    return Outcome(messages, controls)


def whole(data: bytes, **options: Any) -> Outcome:
    return feed(new(**options), data)


def at_once(data: bytes, **options: Any) -> Outcome:
    """As a connection does it: a read that is one whole message goes no other way."""
    decoder = new(**options)
    try:
        message = decoder.take_whole(data)
    except WireError as exc:
        return Outcome([], [], exc.code, exc.reason)
    return feed(decoder, data) if message is None else Outcome([message], [])


def bytewise(data: bytes, **options: Any) -> Outcome:
    return feed(new(**options), *(data[i : i + 1] for i in range(len(data))))


def tailed(data: bytes, **options: Any) -> Outcome:
    decoder = new(**options)
    outcome = feed(decoder, data + NEXT[:7])
    if outcome.code is None and not decoder.closed:
        assert decoder.buffered in (0, 7)  # 0: they are payload of a frame that is not whole
        if decoder.buffered:
            assert feed(decoder, NEXT[7:]) == ([], [(PING, b"next")], None, None)
    return outcome
