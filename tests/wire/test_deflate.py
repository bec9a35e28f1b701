"""permessage-deflate: messages both ways."""

from __future__ import annotations

import importlib
import random
import zlib
from dataclasses import replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from websockets.extensions.permessage_deflate import ClientPerMessageDeflateFactory
from websockets.headers import build_extension, parse_extension

try:
    from websockets.frames import Frame
except ImportError:  # before websockets 9
    from websockets.framing import Frame

from sanic_legacy_ws.wire.deflate import (
    Agreed,
    Deflate,
    DeflateParameters,
    negotiate,
)
from sanic_legacy_ws.wire.errors import MessageTooBig, ProtocolError

BINARY = 2
TAIL = b"\x00\x00\xff\xff"
WIDE = DeflateParameters(server_max_window_bits=None, client_max_window_bits=None, min_size=0)
NO_CONTEXT = DeflateParameters(
    server_no_context_takeover=True, client_no_context_takeover=True, min_size=0
)
JSON = b'{"id": 1, "name": "row", "tags": ["a", "b"], "text": "to be or not to be, or to be"}'


def deflate(parameters: DeflateParameters = WIDE, offer: str = "") -> Deflate:
    agreed = negotiate(f"permessage-deflate{offer}", parameters)
    assert agreed is not None
    return agreed[1]


class Peer:
    """A client on bare zlib, with context takeover."""

    def __init__(self, bits: int = 15) -> None:
        self.compressor = zlib.compressobj(wbits=-bits)
        self.decompressor = zlib.decompressobj(wbits=-bits)

    def compress(self, message: bytes) -> bytes:
        return (self.compressor.compress(message) + self.compressor.flush(zlib.Z_SYNC_FLUSH))[:-4]

    def decompress(self, payload: bytes) -> bytes:
        return self.decompressor.decompress(payload + TAIL)


# The examples of RFC 7692 section 7.2.3


@pytest.mark.parametrize(
    ("payload", "message"),
    [
        (b"\xf2\x48\xcd\xc9\xc9\x07\x00", b"Hello"),
        (b"\x00\x05\x00\xfa\xff\x48\x65\x6c\x6c\x6f\x00", b"Hello"),
        (b"\xf3\x48\xcd\xc9\xc9\x07\x00\x00", b"Hello"),
        (b"\xf2\x48\x05\x00\x00\x00\xff\xff\xca\xc9\xc9\x07\x00", b"Hello"),
        (b"\x00", b""),
    ],
    ids=["one block", "no compression", "final block", "two blocks", "empty"],
)
def test_examples_of_the_rfc(payload: bytes, message: bytes) -> None:
    """Each example is decompressed, and again after itself."""
    server = deflate()
    for _ in range(2):
        assert server.decompress(payload, None) == message


def test_shared_window_of_the_rfc() -> None:
    """The second "Hello" of section 7.2.3.2 refers to the first, both ways."""
    server = deflate()
    for payload in (b"\xf2\x48\xcd\xc9\xc9\x07\x00", b"\xf2\x00\x11\x00\x00"):
        assert server.decompress(payload, 5) == b"Hello"
        assert server.compress(b"Hello") == payload


# Messages


def test_empty_messages() -> None:
    """Empty messages are one byte each, between others too."""
    server, peer = deflate(), Peer()
    for message in (b"", b"", b"abc", b"", b""):
        payload = server.compress(message)
        assert payload is not None
        assert message or payload == b"\x00"
        assert peer.decompress(payload) == message


def test_last_fragment_is_empty() -> None:
    """A message may end by a fragment without content, behind one that was flushed whole."""
    server = deflate()
    compressor = zlib.compressobj(wbits=-15)
    flushed = compressor.compress(JSON) + compressor.flush(zlib.Z_SYNC_FLUSH)
    assert server.decompress(flushed + b"\x00", None) == JSON
    assert server.decompress(b"\xf2\x48\xcd\xc9\xc9\x07\x00", None) == b"Hello"


def test_small_messages_are_sent_as_they_are() -> None:
    """From min_size on a message is compressed."""
    server = deflate(DeflateParameters(min_size=10))
    assert server.compress(b"a" * 9) is None
    assert server.compress(b"a" * 10) is not None


def test_what_does_not_shrink_is_sent_as_it_is_without_context() -> None:
    """Noise is only sent compressed where the next message's context depends on it."""
    noise = random.Random(1).getrandbits(8 * 200).to_bytes(200, "big")
    assert deflate(replace(NO_CONTEXT, min_size=1)).compress(noise) is None
    compressed = deflate().compress(noise)
    assert compressed is not None
    assert Peer().decompress(compressed) == noise


def test_a_min_size_of_zero_compresses_everything() -> None:
    """For peers that take no other message: even what gets longer is compressed."""
    assert deflate(NO_CONTEXT).compress(b"x") is not None


def test_without_context_each_message_stands_alone() -> None:
    """Neither side's messages refer to earlier ones, and nothing is kept between them."""
    server = deflate(NO_CONTEXT)
    for _ in range(2):
        assert Peer().decompress(server.compress(JSON) or b"") == JSON
        assert server.decompress(Peer().compress(JSON), None) == JSON
        assert (server._compressor, server._decompressor) == (None, None)


def test_context_makes_repetitions_short() -> None:
    """With context a repeated message is a reference; after no_context_takeover it is not."""
    server = deflate()
    sizes = [len(server.compress(JSON) or b"") for _ in range(2)]
    assert sizes[1] < sizes[0] // 4
    server = deflate(WIDE, "; server_no_context_takeover")
    sizes = [len(server.compress(JSON) or b"") for _ in range(2)]
    assert sizes[1] == sizes[0]


@pytest.mark.parametrize("bits", range(9, 16))
def test_window_is_kept_to(bits: int) -> None:
    """A client with the agreed window, and no more, can decompress."""
    server, peer = deflate(WIDE, f"; server_max_window_bits={bits}"), Peer(bits)
    noise = random.Random(bits).getrandbits(8 * 700).to_bytes(700, "big")
    for message in (noise, b"x" * (2**bits - 400), noise, noise * 3):
        assert peer.decompress(server.compress(message) or b"") == message


@pytest.mark.parametrize("bits", [8, 9, 12, 15])
def test_window_of_the_client(bits: int) -> None:
    """What a client compresses in its agreed window is decompressed."""
    server = deflate(WIDE, f"; client_max_window_bits={bits}")
    peer = Peer(max(9, bits))
    for message in (JSON * 20, b"x" * 40_000, JSON):
        assert server.decompress(peer.compress(message), None) == message


def test_nothing_is_made_before_it_is_needed() -> None:
    """A connection without compressed messages has no zlib object."""
    made: list[str] = []

    class Counting:
        error = zlib.error
        Z_BEST_COMPRESSION = 9

        @staticmethod
        def compressobj(*args: int) -> Any:
            made.append("compressor")
            return zlib.compressobj(*args)

        @staticmethod
        def decompressobj(*args: int) -> Any:
            made.append("decompressor")
            return zlib.decompressobj(*args)

    server = deflate(DeflateParameters(module=Counting))
    assert server.compress(b"short") is None
    assert made == []
    for _ in range(2):
        assert server.decompress(Peer().compress(b"a"), None) == b"a"
        assert server.compress(JSON) is not None
    assert made == ["decompressor", "compressor"]


# Limits and errors


def test_limit_is_exact() -> None:
    """A message of max_size bytes is taken, one of a byte more is not."""
    payload = Peer().compress(JSON)
    assert deflate().decompress(payload, len(JSON)) == JSON
    for max_size in range(len(JSON)):
        with pytest.raises(MessageTooBig, match="over the size limit"):
            deflate().decompress(payload, max_size)


def test_limit_of_nothing() -> None:
    """A limit of 0 lets an empty message pass."""
    assert deflate().decompress(b"\x00", 0) == b""


def test_limit_counts_over_final_blocks() -> None:
    """Streams in one message share the limit."""
    payload = b"\xf3\x48\xcd\xc9\xc9\x07\x00" * 3
    assert deflate().decompress(payload, 15) == b"Hello" * 3
    for max_size in range(15):
        with pytest.raises(MessageTooBig):
            deflate().decompress(payload, max_size)


def test_bomb() -> None:
    """1 GiB in 1 MiB is refused without growing past the limit of 1 MiB."""
    compressor = zlib.compressobj(wbits=-15)
    mebibyte = compressor.compress(bytes(1 << 20)) + compressor.flush(zlib.Z_FULL_FLUSH)
    bomb = mebibyte * 1024
    assert 1 << 20 < len(bomb) < 1.1 * (1 << 20)
    server = deflate()
    tracemalloc = pytest.importorskip("tracemalloc")  # PyPy has none
    tracemalloc.start()
    try:
        with pytest.raises(MessageTooBig):
            server.decompress(bomb, 1 << 20)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert peak < 8 << 20


@pytest.mark.parametrize(
    "payload", [b"\xff", b"\x07", b"\x00\x05\x00\xfa\xfe\x48", b"\xf2\x00\x11\x00\x00"]
)
def test_what_is_not_deflate(payload: bytes) -> None:
    """Reserved block types, wrong lengths and references before the start break the protocol."""
    with pytest.raises(ProtocolError, match="invalid compressed data"):
        deflate().decompress(payload, None)


def test_broken_stream_after_a_final_block() -> None:
    """What follows a final block is held to the same rules."""
    with pytest.raises(ProtocolError, match="invalid compressed data"):
        deflate().decompress(b"\x03\x00\xff", None)


def test_final_blocks_are_limited() -> None:
    """A frame of nothing but ends of streams is refused."""
    assert deflate().decompress(b"\x03\x00" * 16, None) == b""
    with pytest.raises(ProtocolError, match="too many final blocks"):
        deflate().decompress(b"\x03\x00" * 17, None)


def test_final_block_without_an_empty_one_behind() -> None:
    """Senders that end a stream a message, and leave it at that, are understood."""
    server = deflate()
    for _ in range(3):
        compressor = zlib.compressobj(wbits=-15)
        payload = compressor.compress(JSON) + compressor.flush()
        assert server.decompress(payload, len(JSON)) == JSON


# Properties and peers

MESSAGES = st.lists(
    st.one_of(st.binary(max_size=200), st.text("ab", max_size=2000).map(str.encode)), max_size=8
)
PARAMETERS = st.builds(
    DeflateParameters,
    st.booleans(),
    st.booleans(),
    st.one_of(st.none(), st.integers(9, 15)),
    st.one_of(st.none(), st.integers(9, 15)),
    st.integers(1, 9),
    st.integers(1, 9),
    st.integers(0, 100),
)


@given(st.binary(max_size=300))
def test_any_bytes(payload: bytes) -> None:
    """Any payload gives a message within the limit, or one of two errors."""
    try:
        message = deflate().decompress(payload, 1000)
    except (ProtocolError, MessageTooBig):
        return
    assert len(message) <= 1000


@given(PARAMETERS, MESSAGES)
def test_websockets_is_understood_and_understands(
    parameters: DeflateParameters, messages: list[bytes]
) -> None:
    """websockets' client takes every answer, and messages go both ways whatever is agreed."""
    factory = ClientPerMessageDeflateFactory(client_max_window_bits=True)
    offers = build_extension([("permessage-deflate", factory.get_request_params())])
    agreed = negotiate(offers, parameters)
    assert agreed is not None
    [(_, params)] = parse_extension(agreed[0])
    client, server = factory.process_response_params(params, []), agreed[1]
    for message in messages:
        frame = client.encode(Frame(fin=True, opcode=BINARY, data=message))
        assert server.decompress(bytes(frame.data), len(message)) == message
        payload = server.compress(message)
        if payload is not None:
            sent = Frame(fin=True, opcode=BINARY, data=payload, rsv1=True)
            assert bytes(client.decode(sent).data) == message


@pytest.mark.parametrize("name", ["zlib", "isal.isal_zlib", "zlib_ng.zlib_ng"])
@pytest.mark.parametrize("parameters", [WIDE, NO_CONTEXT, DeflateParameters(min_size=0, level=9)])
def test_modules_like_zlib(name: str, parameters: DeflateParameters) -> None:
    """Faster modules with zlib's interface can take its place, at every level."""
    pytest.importorskip(name.split(".")[0])
    parameters = replace(parameters, module=importlib.import_module(name))
    server = deflate(parameters)
    wide = Peer(15)
    for message in (JSON, b"", b"", JSON * 50, JSON, b"x" * 100_000):
        payload = server.compress(message)
        if payload is not None:
            peer = Peer(15) if server.agreed.server_no_context_takeover else wide
            assert peer.decompress(payload) == message
        peer = Peer(15) if server.agreed.client_no_context_takeover else wide
        assert server.decompress(peer.compress(message), len(message)) == message
    assert server.decompress(b"\xf3\x48\xcd\xc9\xc9\x07\x00" * 2, 10) == b"Hello" * 2
    with pytest.raises(MessageTooBig):
        server.decompress(Peer(15).compress(bytes(100_000)), 99_999)
    with pytest.raises(ProtocolError):
        deflate(parameters).decompress(b"\xff", 10)


def test_repr_names_what_is_agreed() -> None:
    """What is agreed can be read off the object."""
    server = deflate(DeflateParameters())
    assert server.agreed == Agreed(False, False, 12, 15)
    assert "server_max_window_bits=12" in repr(server)
    assert server.name == "permessage-deflate"
