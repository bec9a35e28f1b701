"""Compressed messages in the decoder (RFC 7692)."""

from __future__ import annotations

import random
import zlib
from typing import Any

import pytest

from sanic_legacy_ws.wire.decoder import Decoder
from sanic_legacy_ws.wire.deflate import DeflateParameters, negotiate
from sanic_legacy_ws.wire.errors import WireError
from sanic_legacy_ws.wire.frames import mask_pure
from tests.support.client import encode_frame

from .decoding import HELLO, PING, Cut, Outcome, whole


def deflate(**parameters: Any) -> Any:
    wide = {"server_max_window_bits": None, "client_max_window_bits": None}
    agreed = negotiate("permessage-deflate", DeflateParameters(**{**wide, **parameters}))
    assert agreed is not None
    return agreed[1]


def compressed(*messages: bytes) -> list[bytes]:
    compressor = zlib.compressobj(wbits=-15)
    return [
        (compressor.compress(message) + compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]
        for message in messages
    ]


def test_compressed_messages(cut: Cut) -> None:
    """RFC 7692 section 7.2.3.1 and .2: a message, then one that refers to it."""
    first = b"\xc1\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\x00"
    second = b"\xc1\x85\0\0\0\0\xf2\x00\x11\x00\x00"
    assert cut(first + second, inflater=deflate()) == Outcome(["Hello"] * 2, [])


def test_compressed_fragments(cut: Cut) -> None:
    """RFC 7692 section 7.2.3.1: RSV1 is on the first fragment only."""
    data = b"\x41\x83\0\0\0\0\xf2\x48\xcd\x89\x80\0\0\0\0\x80\x84\0\0\0\0\xc9\xc9\x07\x00"
    assert cut(data, inflater=deflate()) == Outcome(["Hello"], [(PING, b"")])


def test_a_compressed_message_of_no_bytes(cut: Cut) -> None:
    """What was stripped of its end (RFC 7692 section 7.2.1) may be nothing at all."""
    assert cut(encode_frame(1, b"", rsv=4), inflater=deflate()) == Outcome([""], [])


def test_messages_may_be_sent_uncompressed(cut: Cut) -> None:
    """RFC 7692 section 6: RSV1 tells, message by message."""
    data = HELLO + b"\xc2\x87\0\0\0\0\xf2\x48\xcd\xc9\xc9\x07\x00" + HELLO
    assert cut(data, inflater=deflate()) == Outcome(["Hello", b"Hello", "Hello"], [])


COMPRESSED_FAULTS = {
    "RSV1 on a continuation": (b"\x41\x80\0\0\0\0\xc0\x80\0\0\0\0", 1002),
    "RSV1 on a ping": (b"\xc9\x80\0\0\0\0", 1002),
    "RSV1 and RSV2": (b"\xe1\x80\0\0\0\0", 1002),
    "RSV3": (b"\x91\x80\0\0\0\0", 1002),
    "not deflate": (b"\xc1\x83\0\0\0\0\xff\xff\xff", 1002),
}


@pytest.mark.parametrize("case", COMPRESSED_FAULTS)
def test_compressed_faults(case: str, cut: Cut) -> None:
    """RSV1 elsewhere than on the first frame of a message, and what cannot be inflated."""
    data, code = COMPRESSED_FAULTS[case]
    assert cut(data, inflater=deflate()).code == code


def test_compressed_text_that_is_not_utf_8(cut: Cut) -> None:
    """UTF-8 is a matter of the decompressed text."""
    (payload,) = compressed(b"\xff" * 100)
    assert cut(encode_frame(1, payload, rsv=4), inflater=deflate()).code == 1007


@pytest.mark.parametrize("size", [10_000, 65_536, 1 << 20])
def test_max_size_counts_decompressed_bytes(size: int) -> None:
    """Neither a short frame of a long message nor a long one of a short message is misjudged."""
    noise = random.Random(1).getrandbits(8 * size).to_bytes(size, "big")
    for message in (bytes(size), noise):
        (payload,) = compressed(message)
        frame = encode_frame(2, payload, rsv=4)
        assert whole(frame, max_size=size, inflater=deflate()) == Outcome([message], [])
        assert whole(frame, max_size=size - 1, inflater=deflate()).code == 1009


def test_a_message_that_takes_long_to_inflate() -> None:
    """It is told by what goes in, as blocks of next to nothing take long; and so are many short."""
    for size, count in ((1 << 20, 1), (10_000, 100)):
        inflater = deflate(client_no_context_takeover=True)
        noise = random.Random(1).getrandbits(8 * size).to_bytes(size, "big")
        (payload,) = compressed(noise)
        decoder = Decoder(max_size=size, mask=mask_pure, inflater=inflater)
        decoder.feed(encode_frame(2, payload, rsv=4) * count + encode_frame(9))
        messages: list[Any] = []
        turns = 1
        while not decoder.decode(messages, 1000, 512):
            assert decoder.interrupted
            turns += 1
        assert turns >= size * count >> 16
        assert messages == [noise] * count


def test_a_message_that_fails_while_it_is_inflated() -> None:
    """Over the limit, or invalid, far behind its beginning."""
    size = 1 << 18
    noise = random.Random(1).getrandbits(8 * size).to_bytes(size, "big")
    (payload,) = compressed(noise)
    cases = ((payload, 1009, size - 1), (payload[:-1000] + b"\xff" * 1000, 1002, size))
    for broken, code, max_size in cases:
        decoder = Decoder(max_size=max_size, mask=mask_pure, inflater=deflate())
        decoder.feed(encode_frame(2, broken, rsv=4))
        messages: list[Any] = []
        with pytest.raises(WireError) as error:
            while not decoder.decode(messages, 1, 512):
                assert decoder.interrupted
        assert error.value.code == code
        assert messages == []


def test_many_final_blocks_in_a_long_message() -> None:
    """A stream may end between any two pieces of it, and no piece may have too many."""
    size = 40_000
    streams = b"\x03\x00" * 10 + b"".join(_stored(bytes(size), final=True) for _ in range(3))
    inflater = deflate()
    assert b"".join(inflater.pieces(streams, 3 * size)) == bytes(3 * size)
    assert inflater.decompress(compressed(b"next")[0], None) == b"next"
    with pytest.raises(WireError, match="too many final blocks"):
        list(inflater.pieces(streams + b"\x03\x00" * 20, None))


def _stored(data: bytes, final: bool) -> bytes:
    """A block without compression."""
    size = len(data)
    return (
        bytes((final,)) + size.to_bytes(2, "little") + (size ^ 65535).to_bytes(2, "little") + data
    )


def test_a_compressed_frame_that_cannot_fit_is_not_awaited() -> None:
    """Its header is enough."""
    header = encode_frame(2, b"", rsv=4, length=10_000)
    assert whole(header, max_size=100, inflater=deflate()).code == 1009


def test_a_compressed_message_in_fragments_that_cannot_fit() -> None:
    """The limit is on all fragments."""
    first = encode_frame(2, bytes(100), rsv=4, fin=False)
    more = encode_frame(0, bytes(100), fin=False)
    assert whole(first + more * 100, max_size=100, inflater=deflate()).code == 1009
