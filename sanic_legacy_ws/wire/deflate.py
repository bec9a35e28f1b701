"""permessage-deflate (RFC 7692) on zlib, from the server's side.

`negotiate` answers a client's offers and gives the `Deflate` of one connection. Its compressor
and decompressor are made for the first compressed message each way: a connection that sends
none costs nothing.
"""

from __future__ import annotations

import re
import zlib
from dataclasses import dataclass
from functools import partial
from typing import Any, Callable, Iterator, List, NamedTuple, NoReturn, Optional, Tuple

from .errors import HandshakeError, MessageTooBig, ProtocolError
from .handshake import is_token

NAME = "permessage-deflate"

_Params = List[Tuple[str, Optional[str]]]

# RFC 7692 section 7.1: the values that each parameter of an offer may have, None for no value.
# A server_max_window_bits of 8 is valid, but zlib has no raw deflate with a window of 256
# bytes, so that an offer which insists on it is declined.
_OFFERABLE: dict[str, set[str | None]] = {
    "server_no_context_takeover": {None},
    "client_no_context_takeover": {None},
    "server_max_window_bits": {str(bits) for bits in range(9, 16)},
    "client_max_window_bits": {None, *(str(bits) for bits in range(8, 16))},
}

PIECE = 1 << 14
"""Bytes of a compressed message that are inflated at once: milliseconds, whatever they are."""

_TAIL = b"\x00\x00\xff\xff"  # RFC 7692 section 7.2.1: what a sync flush ends with is not sent.
_EMPTY = b"\x00"  # RFC 7692 section 7.2.3.6: an empty block without compression, less the tail.
_SYNC_FLUSH = zlib.Z_SYNC_FLUSH

_MAX_STREAMS = 16
"""Final blocks (BFINAL) in each `PIECE`. Senders end a stream once a message, if ever; each one
costs a copy of what follows it, so that their number may not be the peer's to choose."""

_QUOTED_PAIR = re.compile(r"\\(.)")


@dataclass(frozen=True)
class DeflateParameters:
    """How messages are compressed, and what a client is asked for.

    server_no_context_takeover: compress each message separately; needs less memory between
        messages, but more time, and compresses less.
    client_no_context_takeover: the client must do the same.
    server_max_window_bits: 9 to 15, default 12; None is 15. The compressor takes
        2 ** (bits + 2) + 2 ** (memory_level + 9) bytes.
    client_max_window_bits: 8 to 15, default 12, for clients that let the server choose, as
        browsers do; with None they choose. The decompressor takes 2 ** bits bytes and 7 KiB.
    memory_level: zlib's memLevel, 1 to 9, default 5.
    level: zlib's level, 1 (fastest) to 9, default 2.
    min_size: in bytes, default 64; shorter messages are not compressed; 0 compresses all.
    module: a module with the interface of zlib, such as zlib_ng.zlib_ng or isal.isal_zlib, which
        are in separate packages. None, the default, is zlib.

    Raises ValueError, or TypeError for a value that is not a number. Source: RFC 7692 section 7.1.
    """

    server_no_context_takeover: bool = False
    client_no_context_takeover: bool = False
    server_max_window_bits: int | None = 12
    client_max_window_bits: int | None = 12
    memory_level: int = 5
    level: int = 2
    min_size: int = 64
    module: Any = None

    def __post_init__(self) -> None:
        if self.server_max_window_bits is not None:
            _check_range("server_max_window_bits", self.server_max_window_bits, 9, 15)
        if self.client_max_window_bits is not None:
            _check_range("client_max_window_bits", self.client_max_window_bits, 8, 15)
        _check_range("memory_level", self.memory_level, 1, 9)
        _check_range("level", self.level, 1, 9)
        _check_range("min_size", self.min_size, 0, None)


class Agreed(NamedTuple):
    """What both sides keep to on one connection."""

    server_no_context_takeover: bool
    client_no_context_takeover: bool
    server_max_window_bits: int
    client_max_window_bits: int


class Deflate:
    """Compresses and decompresses the messages of one connection."""

    __slots__ = (
        "_compressor",
        "_decompressor",
        "_error",
        "_new_compressor",
        "_new_decompressor",
        "agreed",
        "min_size",
        "setting",
    )
    name = NAME

    def __init__(self, agreed: Agreed, parameters: DeflateParameters) -> None:
        module = parameters.module or zlib
        self.agreed = agreed
        self.min_size = parameters.min_size
        self.setting = (agreed.server_max_window_bits, parameters)
        self._error = module.error
        self._new_compressor: Callable[[], Any] = partial(
            module.compressobj,
            min(parameters.level, module.Z_BEST_COMPRESSION),  # isal ends at 3
            zlib.DEFLATED,
            -agreed.server_max_window_bits,
            parameters.memory_level,
        )
        # Clients on zlib before 1.2.9 took 9 bits where 8 were agreed; more does no harm.
        self._new_decompressor: Callable[[], Any] = partial(
            module.decompressobj, -max(9, agreed.client_max_window_bits)
        )
        self._compressor: Any = None
        self._decompressor: Any = None

    def __repr__(self) -> str:
        return f"Deflate({self.agreed})"

    def compress(self, payload: bytes) -> bytes | None:
        """A whole message compressed, to be sent with RSV1; None to send it as it is.

        That is a message under ``min_size``, and, where no context is kept, one that does not
        get shorter (unless ``min_size`` is 0).
        """
        if len(payload) < self.min_size:
            return None
        compressor = self._compressor
        if compressor is None:
            compressor = self._compressor = self._new_compressor()
        flushed: bytes = compressor.compress(payload) + compressor.flush(_SYNC_FLUSH)
        compressed = flushed[:-4] or _EMPTY  # zlib has nothing to flush twice
        if self.agreed.server_no_context_takeover:
            self._compressor = None
            if len(compressed) >= len(payload) and self.min_size:
                return None
        return compressed

    def compress_alone(self, payload: bytes) -> bytes:
        """A whole message compressed without context, for every connection of this ``setting``.

        A connection that sends it must `forget` what it compressed before.
        """
        compressor = self._new_compressor()
        compressed: bytes = compressor.compress(payload) + compressor.flush(_SYNC_FLUSH)
        return compressed[:-4] or _EMPTY

    def forget(self) -> None:
        """Drop the compressor's context: the next message refers to nothing before it."""
        self._compressor = None

    def decompress(self, payload: bytes, max_size: int | None) -> bytes:
        """A message decompressed (RFC 7692 section 7.2.2).

        max_size: bytes that may come out, None for no limit.
        Raises MessageTooBig, and decompresses no further than that takes, and ProtocolError
        for what is not deflate: RFC 7692 names no close code, websockets closes with 1002.
        """
        # A sender may end a message by an empty fragment, with nothing to add the tail to.
        if payload:
            payload = b"".join((payload, _TAIL))
        data = self._inflate(payload, max_size)
        if self.agreed.client_no_context_takeover:
            self._decompressor = None
        return data

    def pieces(self, payload: bytes, max_size: int | None) -> Iterator[bytes]:
        """What `decompress` returns, in pieces, each from ``PIECE`` bytes of ``payload``.

        How long a message takes is not told by what comes out: blocks that hold next to nothing
        take a quarter of a second a MiB.
        """
        size = 0
        for start in range(0, len(payload), PIECE):
            piece = payload[start : start + PIECE]
            if start + PIECE >= len(payload):
                piece += _TAIL
            data = self._inflate(piece, None if max_size is None else max_size - size)
            size += len(data)
            yield data
        if self.agreed.client_no_context_takeover:
            self._decompressor = None

    def _inflate(self, payload: bytes, max_size: int | None) -> bytes:
        decompressor = self._decompressor
        if decompressor is None:
            decompressor = self._decompressor = self._new_decompressor()
        try:
            # One byte more than is allowed tells a message that fits from one cut off.
            data: bytes = decompressor.decompress(payload, 0 if max_size is None else max_size + 1)
            if decompressor.eof:
                data = self._next_streams(data, max_size)
        except self._error:
            raise ProtocolError("invalid compressed data") from None
        if max_size is not None and len(data) > max_size:
            raise MessageTooBig("decompressed message over the size limit")
        return data

    def _next_streams(self, data: bytes, max_size: int | None) -> bytes:
        """``data`` and what follows a final block, as streams of their own.

        A stream that has ended takes no more input, neither in this message nor in the next.
        """
        parts = [data]
        for _ in range(_MAX_STREAMS):
            rest = self._decompressor.unused_data
            self._decompressor = self._new_decompressor()
            # Senders may forget the empty block of RFC 7692 section 7.2.3.4.
            if not rest or rest == _TAIL:
                return b"".join(parts)
            limit = 0 if max_size is None else max(1, max_size + 1 - sum(map(len, parts)))
            parts.append(self._decompressor.decompress(rest, limit))
            if not self._decompressor.eof:
                return b"".join(parts)
        raise ProtocolError("too many final blocks in a compressed frame")


def negotiate(offers: str, parameters: DeflateParameters) -> tuple[str, Deflate] | None:
    """The answer to the first acceptable offer, and what it sets up; None where there is none.

    offers: the value of Sec-WebSocket-Extensions, lines joined by commas.
    Offers of other extensions, with unknown, doubled or invalid parameters, or with a
    server_max_window_bits of 8 are declined (RFC 7692 section 7). Raises HandshakeError (400)
    where the header breaks the grammar of RFC 6455 section 9.1.
    """
    for name, params in parse_extensions(offers):
        offer = dict(params)
        if name == NAME and _is_acceptable(params, offer):
            agreed = _agree(offer, parameters)
            return _answer(offer, agreed), Deflate(agreed, parameters)
    return None


def parse_extensions(value: str) -> list[tuple[str, _Params]]:
    """The extensions in a Sec-WebSocket-Extensions value, each with its parameters in order.

    Raises HandshakeError (400). A quoted value must be a token too (RFC 6455 section 9.1), so
    that no comma or semicolon is ever inside of one. A semicolon at the end says nothing: there
    are clients that send it.
    """
    extensions = []
    for element in value.split(","):
        extension = element.strip(" \t")
        if extension:
            name, *params = extension.split(";")
            if params and not params[-1].strip(" \t"):
                del params[-1]
            extensions.append((_token(name), [_parse_param(param) for param in params]))
    return extensions


def _parse_param(param: str) -> tuple[str, str | None]:
    name, equals, value = param.partition("=")
    if not equals:
        return _token(name), None
    value = value.strip(" \t")
    if len(value) > 2 and value[0] == value[-1] == '"':
        value = _QUOTED_PAIR.sub(r"\1", value[1:-1])
        # White space around is not cut off inside of quotes.
        return _token(name), value if is_token(value) else _malformed()
    return _token(name), _token(value)


def _token(text: str) -> str:
    text = text.strip(" \t")
    return text if is_token(text) else _malformed()


def _malformed() -> NoReturn:
    raise HandshakeError(400, "Sec-WebSocket-Extensions is not a list of extensions.")


def _is_acceptable(params: _Params, offer: dict[str, str | None]) -> bool:
    return len(offer) == len(params) and all(
        value in _OFFERABLE.get(name, ()) for name, value in params
    )


def _agree(offer: dict[str, str | None], parameters: DeflateParameters) -> Agreed:
    """What is the stricter of both sides' wishes, where the client lets us have one."""
    server_bits = min(
        int(offer.get("server_max_window_bits") or 15), parameters.server_max_window_bits or 15
    )
    client_bits = 15
    if "client_max_window_bits" in offer:
        client_bits = min(
            int(offer["client_max_window_bits"] or 15), parameters.client_max_window_bits or 15
        )
    return Agreed(
        parameters.server_no_context_takeover or "server_no_context_takeover" in offer,
        parameters.client_no_context_takeover or "client_no_context_takeover" in offer,
        server_bits,
        client_bits,
    )


def _answer(offer: dict[str, str | None], agreed: Agreed) -> str:
    """The response (RFC 7692 section 7.1): what was asked for, and what is not the default."""
    answer = [NAME]
    if agreed.server_no_context_takeover:
        answer.append("server_no_context_takeover")
    if agreed.client_no_context_takeover:
        answer.append("client_no_context_takeover")
    if agreed.server_max_window_bits < 15 or "server_max_window_bits" in offer:
        answer.append(f"server_max_window_bits={agreed.server_max_window_bits}")
    if agreed.client_max_window_bits < 15:
        answer.append(f"client_max_window_bits={agreed.client_max_window_bits}")
    return "; ".join(answer)


def _check_range(name: str, value: int, low: int, high: int | None) -> None:
    if not isinstance(value, int) or isinstance(value, bool):
        raise TypeError(f"{name} is a whole number, not {value!r}")
    if value < low or (high is not None and value > high):
        bounds = f"{low} or more" if high is None else f"{low} to {high}"
        raise ValueError(f"{name} is {bounds}, not {value}")
