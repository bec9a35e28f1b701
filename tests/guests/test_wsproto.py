"""The wsproto guest: its limits, its flow control and its events."""

from __future__ import annotations

import asyncio
from types import SimpleNamespace

import pytest

from sanic_legacy_ws.binding.settings import Settings
from tests.connection.rig import run, socket_pair, turns, until
from tests.support import RawClient
from tests.support.client import BINARY, CONT, PONG, TEXT, encode_frame

pytest.importorskip("wsproto")

CONFIG = {"WEBSOCKET_MAX_SIZE": 100_000, "WEBSOCKET_MAX_QUEUE": 4, "WEBSOCKET_TIMEOUT": 0.5}


@pytest.fixture
def started(server):
    return server("wsproto_events", protocol="wsproto_events:Protocol", config=CONFIG)


def test_message_in_fragments(started):
    """`recv` joins the fragments of a message, a ping between them answered."""
    with RawClient(started) as client:
        client.handshake("/echo")
        client.send_frame(TEXT, b"frag", fin=False)
        client.send_ping(b"?")
        client.send_frame(CONT, b"ments")
        assert client.receive_frame().opcode == PONG
        assert client.receive_message() == "fragments"


@pytest.mark.parametrize(("opcode", "payload"), [(TEXT, "\n\r\n\u00e9"), (BINARY, b"\n\r\n")])
def test_empty_fragments(opcode, payload):
    """They are not kept: their number has no limit."""
    from sanic_legacy_ws.guests.wsproto import WsprotoWebSocket

    opening = SimpleNamespace(
        settings=Settings(ping_interval=None),
        subprotocol=None,
        request=SimpleNamespace(headers={}),
        deflate=None,
    )

    async def main():
        server, client = socket_pair()
        websocket = WsprotoWebSocket(opening)
        loop = asyncio.get_event_loop()
        transport, _ = await loop.connect_accepted_socket(lambda: websocket, server)
        data = payload if opcode == BINARY else payload.encode()
        receiving = asyncio.ensure_future(websocket.recv())
        fragment = encode_frame(CONT, fin=False)
        websocket.data_received(encode_frame(opcode, data, fin=False) + fragment * 1000)
        await until(lambda: not websocket._more)
        assert max(len(each) for each in vars(websocket).values() if hasattr(each, "__len__")) <= 32
        websocket.data_received(encode_frame(CONT, data))
        assert await receiving == payload + payload
        transport.abort()
        client.close()
        await turns()

    run(main)


def test_message_over_the_limit(started):
    """Over WEBSOCKET_MAX_SIZE the connection is closed with 1009."""
    with RawClient(started) as client:
        client.handshake("/echo")
        client.send_text("x" * 100_000)
        assert len(client.receive_message()) == 100_000
        client.send_text("x" * 100_001)
        assert client.receive_close().close_code == 1009


@pytest.mark.parametrize(
    ("frame", "code"), [({"opcode": 3}, 1002), ({"opcode": TEXT, "payload": b"\xff"}, 1007)]
)
def test_fault_of_the_peer(started, frame, code):
    """A broken frame is answered by the right close code, and TCP ends."""
    with RawClient(started) as client:
        client.handshake("/echo")
        client.send_frame(**frame)
        assert client.receive_close().close_code == code
        client.receive_end()


def test_events(server):
    """Events come in order; a close frame is the last, and was answered."""
    config = {**CONFIG, "WEBSOCKET_ON_DISCONNECT": "raise"}
    started = server("wsproto_events", protocol="wsproto_events:Protocol", config=config)
    with RawClient(started) as client:
        client.handshake("/events?key=events")
        client.send_text("a")
        client.send_ping(b"")
        client.send_close(4001, "bye")
        assert client.receive_frame().opcode == PONG
        assert client.receive_close().close_code == 4001
    seen = started.wait_event("events", key="events")["seen"]
    assert seen == ["TextMessage", "Ping", "CloseConnection", "ConnectionClosedError(4001, 'bye')"]


def test_event_out(started):
    """Events go out: a ping, and a close frame with its code and reason."""
    with RawClient(started) as client:
        client.handshake("/send")
        assert client.receive_frame().payload == b"payload"
        close = client.receive_close()
        assert (close.close_code, close.close_reason) == (4000, "enough")
    assert started.wait_event("after close")["how"] == "ConnectionClosedError(1006, '')"


def test_reader_that_waits(started):
    """A handler that does not read stops the reading from the socket; later all of it is there."""
    with RawClient(started) as client:
        client.handshake("/late")
        for number in range(300):
            client.send_text(str(number) * 1000)
        client.send_text("end")
        assert client.receive_message() == "301"


def test_two_receivers(started):
    """A second task that waits is told so."""
    with RawClient(started) as client:
        client.handshake("/two")
        assert client.receive_message() == "RuntimeError"
