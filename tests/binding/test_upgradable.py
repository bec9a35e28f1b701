"""What is left of a connection when it is gone and its handler is over: nothing."""

from __future__ import annotations

import contextlib
import socket

import pytest

from tests.server.tools import get, visit_and_end
from tests.support import LOOPS, RawClient
from tests.support.client import BINARY, PONG, encode_frame
from tests.support.waiting import eventually

CONFIG = {"WEBSOCKET_PING_INTERVAL": None, "WEBSOCKET_TIMEOUT": 1}


@pytest.fixture(params=LOOPS)
def collected_by_nobody(server, request):
    """A server whose process has no garbage collector."""
    return server("leftovers", loop=request.param, config=CONFIG)


@pytest.mark.parametrize("path", ["/echo", "/sleep", "/raise", "/return", "/guest"])
@pytest.mark.parametrize("end", ["close", "abort", "disconnect"])
def test_nothing_is_left_without_a_collection(collected_by_nobody, path, end):
    """However both sides end, no object of the connection waits for the garbage collector."""
    visit_and_end(collected_by_nobody, path, end)
    eventually(lambda: get(collected_by_nobody, "/left")["connections"] == 0)


def test_a_connection_is_compact(server):
    """CPython keeps up to 30 attributes in an array; past that, each connection pays 1.3 KiB."""
    config = {"WEBSOCKET_PING_INTERVAL": 0.1}
    with RawClient(server("leftovers", loop=LOOPS[0], config=config)) as client:
        client.handshake("/attributes")
        client.send_text("x")
        assert client.receive_message() == "x"
        ping = client.receive_frame()
        client.send_frame(PONG, ping.payload)
        names = client.receive_message().split(",")
        assert len(names) <= 30, names


@pytest.mark.parametrize("size", [1 << 20, 200_000])
def test_memory_of_peers_that_fill_a_queue(collected_by_nobody, size):
    """One after the other sends 32 messages that nobody reads, and resets: none of it stays."""
    before = get(collected_by_nobody, "/left")["memory"]
    piece = encode_frame(BINARY, bytes(size))
    for _ in range(30):
        with RawClient(collected_by_nobody) as client:
            client.handshake("/sleep")
            client.send_raw(piece * 32)
            client.abort()
    eventually(lambda: get(collected_by_nobody, "/left")["memory"] - before < 64)


@pytest.mark.parametrize("size", [1 << 20, 200_000])
def test_memory_of_peers_that_vanish_behind_a_full_queue(collected_by_nobody, size):
    """Nothing is read of them any more, and no ping is sent: their reset is seen all the same."""
    before = get(collected_by_nobody, "/left")["memory"]
    pieces = encode_frame(BINARY, bytes(size)) * 40
    clients = [RawClient(collected_by_nobody) for _ in range(16)]
    for client in clients:
        client.handshake("/sleep")
        client.sock.settimeout(0.2)
        with contextlib.suppress(socket.timeout):
            client.sock.sendall(pieces)  # more than the server takes
    assert get(collected_by_nobody, "/left")["connections"] == len(clients)
    for client in clients:
        client.abort()
    eventually(lambda: get(collected_by_nobody, "/left")["connections"] == 0)
    eventually(lambda: get(collected_by_nobody, "/left")["memory"] - before < 48)
