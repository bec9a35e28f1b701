"""`recv_streaming` end to end, beside Sanic's own object."""

from __future__ import annotations

import pytest

from tests.server.tools import own_works
from tests.support import RawClient, sanic_version
from tests.support.client import BINARY, CLOSE, CONT, TEXT

since_2109 = pytest.mark.skipif(sanic_version < (21, 9), reason="Sanic has no such object")


@pytest.fixture(params=["protocol", pytest.param("stock", marks=[own_works, since_2109])])
def client(request, server):
    with RawClient(server("streaming", way=request.param, strict=False)) as made:
        made.handshake("/pieces")
        yield made


@pytest.mark.parametrize(
    ("opcode", "payloads", "pieces"),
    [
        (TEXT, [b"one", b"two\xc3", b"\xa9"], ["one", "two", "\u00e9"]),
        (BINARY, [b"\xff"], [b"\xff"]),
    ],
)
def test_each_piece_is_there_before_the_next(client, opcode, payloads, pieces):
    """Fragment by fragment, twice; a character is in one piece."""
    for _ in range(2):
        for number, (payload, piece) in enumerate(zip(payloads, pieces)):
            client.send_frame(opcode if not number else CONT, payload, fin=False)
            assert client.receive_message() == piece
        client.send_frame(CONT, b"last")
        assert client.receive_message() in ("last", b"last")
        assert client.receive_message() == "-- end --"


def test_longer_than_max_size(client):
    """1009, for the message as a whole."""
    client.send_frame(BINARY, bytes(60_000), fin=False)
    size = 0
    while size < 60_000:
        size += len(client.receive_message())
    client.send_frame(CONT, bytes(60_000))
    frame = client.receive_frame()
    while frame.opcode != CLOSE:
        frame = client.receive_frame()
    assert frame.close_code == 1009
