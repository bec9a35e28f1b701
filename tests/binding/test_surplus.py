"""Bytes that arrive with the upgrade request, or before the handshake is done: none is lost."""

from __future__ import annotations

import pytest

from tests.server.tools import APP, Visit
from tests.support import LOOPS
from tests.support.client import CLOSE, KEY, PING, PONG, TEXT, Frame, encode_frame

QUEUE = {"WEBSOCKET_MAX_QUEUE": 5}


@pytest.fixture(params=LOOPS)
def served(server, request):
    return server(APP, loop=request.param, config=QUEUE)


def numbered(first, count, size):
    """Messages that begin with their numbers, as frames in one piece."""
    texts = [f"{number} ".ljust(size, ".") for number in range(first, first + count)]
    return b"".join(encode_frame(TEXT, text.encode()) for text in texts)


def test_message_in_the_same_segment(served):
    """It is the first that the handler gets."""
    with Visit(served, "/echo") as visit:
        visit.open(extra=encode_frame(TEXT, b"early"))
        assert visit.receive_message() == "early"
        visit.close()


@pytest.mark.parametrize(("count", "size"), [(20, 10), (30, 10000), (3, 300000)])
@pytest.mark.parametrize("wait", [0, 0.3])
def test_many(served, count, size, wait):
    """More than max_queue messages, more than 64 KiB, all at once: in order, and what follows."""
    with Visit(served, "/count", n=2 * count, wait=wait) as visit:
        visit.open(extra=numbered(0, count, size))
        visit.send_raw(numbered(count, count, size))
        assert visit.receive_message() == "in order"


def test_while_the_handshake_waits(served):
    """Messages that come one by one during the hook are delivered behind those before them."""
    with Visit(served, "/count", n=12, wait=0.3) as visit:
        visit.send_raw(request(visit.path) + numbered(0, 1, 10))
        visit.event("hook")
        for number in range(1, 12):
            visit.send_raw(numbered(number, 1, 10))
        assert visit.receive_response().status == 101
        assert visit.receive_message() == "in order"


def test_half_a_frame(served):
    """A frame may begin with the request and end after the 101."""
    frame = encode_frame(TEXT, b"whole")
    with Visit(served, "/echo") as visit:
        visit.open(extra=frame[:3])
        visit.send_raw(frame[3:])
        assert visit.receive_message() == "whole"
        visit.close()


def test_control_frames(served):
    """A ping is answered, and a close frame is honoured, right behind the 101."""
    early = encode_frame(PING, b"p") + encode_frame(CLOSE, b"\x03\xe8")
    with Visit(served, "/sleep") as visit:
        visit.handshake(visit.path, extra=early)
        assert visit.receive_frame() == Frame(PONG, b"p")
        assert visit.receive_close().close_code == 1000
        assert visit.receive_end() == "eof"


def test_rest_of_a_refused_request(served):
    """When the hook refuses, what follows on the connection is HTTP."""
    with Visit(served, "/echo", refuse=401, wait=0.1) as visit:
        visit.send_raw(request(visit.path) + b"GET / HTTP/1.1\r\nHost: a\r\n\r\n")
        response = visit.receive_response()
        assert response.status == 401
        if response.header("connection") == "keep-alive":
            assert visit.receive_response().body == b"hello"


def request(path):
    """The bytes of an upgrade request."""
    return (
        f"GET {path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
        f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n"
    ).encode()
