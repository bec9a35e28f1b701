"""What the fuzzer feeds: any bytes into the decoder and into the opening handshake.

Each target returns if all is well and raises if not; the kept corpus runs through them as well.
"""

# ruff: noqa: PT017 - the fuzzer runs this without pytest

from __future__ import annotations

import re
from typing import Any, Callable

from sanic_legacy_ws.wire.close import is_valid_code, parse_close
from sanic_legacy_ws.wire.decoder import Decoder
from sanic_legacy_ws.wire.deflate import Deflate, DeflateParameters, negotiate
from sanic_legacy_ws.wire.errors import HandshakeError, WireError
from sanic_legacy_ws.wire.frames import CLOSE, mask_pure
from sanic_legacy_ws.wire.handshake import (
    accept_key,
    check_origin,
    check_request,
    choose_subprotocol,
    is_token,
    response,
)

ALLOWED = ["https://good.example", None, re.compile(r"https://[a-z]+\.good\.example")]


def _deflate() -> Deflate:
    agreed = negotiate("permessage-deflate", DeflateParameters(client_max_window_bits=None))
    assert agreed is not None
    return agreed[1]


def _decode(chunks: list[bytes], max_size: int, compressed: bool, room: int) -> tuple[Any, ...]:
    decoder = Decoder(
        max_size=max_size, mask=mask_pure, inflater=_deflate() if compressed else None
    )
    messages: list[Any] = []
    close = fault = None
    try:
        for chunk in chunks:
            message = decoder.take_whole(chunk)
            if message is not None:
                messages.append(message)
                continue
            decoder.feed(chunk)
            while True:
                before = len(messages)
                for opcode, payload in decoder.decode(messages, room):
                    assert len(payload) <= 125
                    if opcode == CLOSE:
                        close = payload
                if len(messages) - before < room:
                    break
    except WireError as exc:
        fault = exc.code
    assert all(len(message) <= max_size for message in messages)
    assert fault or decoder.buffered <= 14 + 125
    return messages, close, fault


def decoder(data: bytes) -> None:
    """The first two bytes say how; the rest is decoded whole and in pieces, with one result."""
    if len(data) < 2:
        return
    max_size, step = (data[0] & 0x7F) * 16, data[1] % 16 + 1
    compressed, data = data[0] > 127, data[2:]
    pieces = [data[i : i + step] for i in range(0, len(data), step)]
    whole = _decode([data], max_size, compressed, 1 << 30)
    assert _decode(pieces, max_size, compressed, step) == whole
    if whole[1] is not None:
        try:
            code, _reason = parse_close(whole[1])
        except WireError as exc:
            assert exc.code in (1002, 1007)
        else:
            assert code == 1005 or is_valid_code(code)


def handshake(data: bytes) -> None:
    """A request in lines: method, version, headers. Refused by an HTTP status, or answered."""
    lines = data.decode("latin-1").split("\n")
    method, version = (*lines, "", "")[:2]
    headers = [(name.lower(), value) for name, _, value in (line.partition(":") for line in lines)]
    try:
        request = check_request(method, version, headers)
        check_origin(request.origins, ALLOWED)
        subprotocol = choose_subprotocol(request.subprotocols, ["chat", "a b", "b="])
        extensions = negotiate(request.extensions, DeflateParameters())
    except HandshakeError as exc:
        assert exc.status in (400, 403, 405, 426)
        assert exc.body.isprintable()
        return
    assert subprotocol is None or is_token(subprotocol)
    answer = response(
        accept_key(request.key), subprotocol, None if extensions is None else extensions[0]
    )
    head, end, rest = answer.partition(b"\r\n\r\n")
    assert (end, rest) == (b"\r\n\r\n", b"")
    assert len(head.split(b"\r\n")) == 4 + (subprotocol is not None) + (extensions is not None)
    assert not any(byte < 32 for byte in head.replace(b"\r\n", b""))


TARGETS: dict[str, Callable[[bytes], None]] = {"decoder": decoder, "handshake": handshake}
