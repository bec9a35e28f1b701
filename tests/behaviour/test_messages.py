"""What is sent and received."""

from __future__ import annotations

import pytest

from tests.support import RawClient, websockets_version
from tests.support.client import BINARY, CONT, TEXT

from .client import get, read_all, talk
from .otherwise import CODES, EMPTY, otherwise


@otherwise("daphne", EMPTY, message="")
@otherwise("daphne", EMPTY, message=b"")
@pytest.mark.parametrize("message", ["", "h\u00e9", b"", b"\xff" * 80_000, "x" * 80_000])
def test_echo(serve, message):
    """Text stays text, bytes stay bytes, whatever the length."""

    async def once(ws):
        await ws.send(message)
        return await ws.recv()

    assert talk(serve(), "/echo", once) == message


def test_kinds(serve):
    """send takes text, bytes-like objects and iterables of them, and nothing else."""
    received, code, _ = read_all(serve(), "/kinds")
    assert received[:6] == ["t\u00e9xt", b"b\xff", b"a", b"m", "xy", b"de"]
    assert received[6:] == ["TypeError", "TypeError", "UnicodeEncodeError"]
    assert code == 1000


def test_fragments_from_the_peer(serve):
    """Fragments are one message."""
    with RawClient(serve()) as client:
        client.handshake("/echo")
        client.send_frame(TEXT, b"on", fin=False)
        client.send_frame(CONT, b"e")
        assert client.receive_message() == "one"
        client.send_frame(BINARY, b"\x00", fin=False)
        client.send_frame(CONT, b"\x01")
        assert client.receive_message() == b"\x00\x01"


def test_iteration(serve, key, hides_codes):
    """`async for` ends when the peer closes normally."""
    if hides_codes:
        pytest.skip("this server reports 1006 for each close by the peer")

    server = serve(WEBSOCKET_ON_DISCONNECT="raise")
    talk(server, f"/iterate?key={key}", lambda ws: send_text(ws, "one", "two"))
    told = server.wait_event("told", key=key)
    assert told["messages"] == ["one", "two"]
    assert told["closed"] is True


async def send_text(ws, *messages):
    for message in messages:
        await ws.send(message)


def test_given_up_recv(serve):
    """A recv() that was cancelled, or ran out of time, takes no message with it."""

    async def late(ws):
        assert await ws.recv() == "now"
        await ws.send("here")
        return await ws.recv()

    assert talk(serve(), "/late", late) == "None here"


def test_second_recv(serve):
    """recv() in two tasks at once is an error of the second one."""

    async def conversation(ws):
        first = await ws.recv()
        await ws.send("this")
        return first, await ws.recv()

    assert talk(serve(), "/second", conversation) == ("RuntimeError", "got this")


def test_facts(serve, key):
    """Path, headers, addresses, state and figures of the connection."""
    server = serve()
    with RawClient(server) as client:
        client.handshake(f"/facts/caf%C3%A9?key={key}", headers=[("X-Fact", "yes")])
        client.send_text("go")
        client.receive_close()
    told = server.wait_event("told", key=key)
    assert told["path"] == f"/facts/caf%C3%A9?key={key}"
    assert (told["remote"], told["local"]) == ("127.0.0.1", server.port)
    assert (told["header"], told["is_legacy"], told["registered"]) == ("yes", True, True)
    assert told["states"] == [True, False, "OPEN", None]
    assert (told["received"], told["subprotocol"]) == (1, None)


@pytest.mark.skipif(websockets_version < (10,), reason="websockets before 10 has no broadcast")
def test_broadcast_of_websockets(serve):
    """Its own function, for the legacy connections up to 13.1, passes over none: states are its."""
    module = "websockets" if websockets_version < (14,) else "websockets.legacy.protocol"
    with RawClient(serve()) as client:
        client.handshake("/echo")
        client.send_text("here")
        assert client.receive_message() == "here"
        assert get(serve(), f"/shout?module={module}") == b"done"
        assert [client.receive_message(), client.receive_message()] == ["to all", b"all"]
        client.close()


def test_broadcast(serve, key):
    """broadcast reaches every connection, in order with what is sent after it."""
    server = serve()
    clients = [RawClient(server) for _ in range(3)]
    for client in clients:
        client.handshake(f"/members?key={key}")
        assert client.receive_message() == "in"
    assert get(server, f"/broadcast?key={key}") == b"3 0"
    for client in clients:
        assert [client.receive_message() for _ in range(3)] == ["one", b"two", "three"]
        client.disconnect()


@otherwise("daphne", CODES)
def test_message_too_big(serve):
    """A message over WEBSOCKET_MAX_SIZE closes with 1009; one of that size is fine."""
    server = serve(WEBSOCKET_MAX_SIZE=1000)
    fine = "\u00e9" * 500
    with RawClient(server) as client:
        client.handshake("/echo")
        client.send_text(fine)
        assert client.receive_message() == fine
        client.send_text(fine + "x")
        assert client.receive_close().close_code == 1009
