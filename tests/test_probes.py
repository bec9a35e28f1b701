"""The reasons to have this package: each probe, here and on Sanic 25.12's own WebSocket.

A probe returns what it found. Where Sanic's own object gives another answer, the
same probe runs against it too, so that nobody is told of a difference that is gone.
"""

from __future__ import annotations

import contextlib
import socket
import zlib

import pytest

from tests.oracle.peer import Peer
from tests.support import RawClient, running, sanic_version
from tests.support.client import PING, PONG, TEXT, encode_frame

APP = "old_handlers"
QUIET = {"WEBSOCKET_PING_INTERVAL": None}
KEEPALIVE = {"WEBSOCKET_PING_INTERVAL": 0.2, "WEBSOCKET_PING_TIMEOUT": 1}
ONLY_2512 = pytest.mark.skipif(sanic_version[:2] != (25, 12), reason="measured on Sanic 25.12")


def finds(here, sanic):
    """The answer of the probe here, and the one of Sanic's own WebSocket."""
    stock = pytest.param("stock", sanic, marks=ONLY_2512, id="Sanic's own")
    return pytest.mark.parametrize(
        ("way", "answer"), [pytest.param("protocol", here, id="here"), stock]
    )


@pytest.fixture
def peer(server, way):
    """A peer of a server without keepalive."""
    made = Peer(server(APP, way=way, config=QUIET))
    yield made
    made.client.disconnect()


def peer_of(server, way, config):
    return Peer(server(APP, way=way, config={**QUIET, **config}))


def told(peer):
    """What the handler reported, but for its first line."""
    peer.over()
    return peer.outcome()["handler"][1:]


def next_line(peer, seconds=0.5):
    """What comes next on the wire, "quiet" if nothing does."""
    peer.quiet(seconds)
    return peer.wire[-1]


@pytest.mark.parametrize(
    ("policy", "answer"),
    [("cancel", "CancelledError"), ("raise", "ConnectionClosedError(4000, 'bye')")],
)
def test_pending_recv_when_the_peer_closes(server, policy, answer):
    """A recv() that waits is cancelled as ever, or told, with code and reason."""
    peer = peer_of(server, "protocol", {"WEBSOCKET_ON_DISCONNECT": policy})
    peer.open("/recv")
    peer.seen("waiting")
    peer.close(4000, "bye")
    peer.end()
    assert told(peer)[1] == "raised " + answer


@finds(here=["recv gave 'first'", "recv gave 'second'"], sanic=[])
def test_recv_after_a_timeout(peer, answer):
    """No message is lost when wait_for(recv()) has run out."""
    peer.open("/timeout")
    peer.seen("listening")
    with contextlib.suppress(ConnectionError):  # Sanic's own may be closed by now
        peer.text("first", "second")
    peer.end()
    assert [line for line in told(peer) if line.startswith("recv gave")] == answer


@finds(here="kept", sanic="close 1011")
def test_busy_handler_with_one_unread_message(server, way, answer):
    """A peer that answers every ping is not dropped because our handler is busy."""
    peer = Peer(server(APP, way=way, config=KEEPALIVE))
    peer.open("/busy")
    peer.seen("at the gate")
    peer.text("unread")
    assert pinged(peer, times=8) == answer
    peer.go()
    peer.client.disconnect()


def pinged(peer, times):
    """Answer pings; "kept" after so many, else the close code that came."""
    for _ in range(times):
        frame = peer.client.receive_frame()
        if frame.opcode != PING:
            return f"close {frame.close_code}"
        peer.frame(PONG, frame.payload)
    return "kept"


@finds(here=["text more b'a'", "continuation b''"], sanic=[])
def test_send_of_a_list(peer, answer):
    """send([...]) makes fragments."""
    peer.open("/send-mixed")
    peer.end()
    kinds = ("text", "continuation")
    assert [line for line in peer.wire if line.startswith(kinds)][:1] == answer[:1]


@finds(here=[], sanic=["open", "closed", "state", "remote_address", "wait_closed"])
def test_attributes(peer, answer):
    """The attributes of websockets 8 are there."""
    peer.open("/attributes")
    peer.end()
    missing = told(peer)[0].split()[1:]
    wanted = ("open", "closed", "state", "remote_address", "wait_closed")
    assert [name for name in wanted if name in missing] == answer


@finds(here="a", sanic="b")
def test_subprotocol_preference(peer, answer):
    """Of the subprotocols in common, the client's first is taken."""
    response = peer.client.upgrade("/choose", headers=[("Sec-WebSocket-Protocol", "a, b")])
    assert response.header("sec-websocket-protocol") == answer


@finds(here=101, sanic=400)
@pytest.mark.parametrize("headers", [[], [("Sec-WebSocket-Protocol", "unknown")]])
def test_no_common_subprotocol(peer, answer, headers):
    """A client that asks for none of the route's subprotocols is accepted without one."""
    response = peer.client.upgrade("/choose", headers=headers)
    assert response.status == answer
    assert response.header("sec-websocket-protocol") is None


@finds(here=True, sanic=False)
def test_permessage_deflate(server, way, answer):
    """One setting gives compression to the clients that offer it."""
    peer = peer_of(server, way, {"WEBSOCKET_COMPRESSION": "deflate"})
    offer = [("Sec-WebSocket-Extensions", "permessage-deflate")]
    with peer.client:
        response = peer.client.handshake("/echo", headers=offer)
        agreed = response.header("sec-websocket-extensions") is not None
        assert agreed == answer
        if agreed:
            assert compressed_echo(peer.client, b"again and again " * 20) < 100


def compressed_echo(client, payload):
    """Send the payload compressed (RFC 7692 section 7.2), and tell how long its echo was."""
    deflater = zlib.compressobj(wbits=-15)
    data = deflater.compress(payload) + deflater.flush(zlib.Z_SYNC_FLUSH)
    client.send_frame(TEXT, data[:-4], rsv=4)
    frame = client.receive_frame()
    assert frame.rsv == 4
    inflated = zlib.decompressobj(wbits=-15).decompress(frame.payload + b"\x00\x00\xff\xff")
    assert inflated == payload
    return len(frame.payload)


@finds(here=None, sanic=None)
def test_no_permessage_deflate_by_default(peer, answer):
    """As before, nothing is compressed unless the app says so."""
    offer = [("Sec-WebSocket-Extensions", "permessage-deflate")]
    response = peer.client.handshake("/echo", headers=offer)
    assert response.header("sec-websocket-extensions") is answer


@finds(here="pong b'20'", sanic="quiet")
def test_ping_with_unread_messages(peer, answer):
    """Pings are answered while up to 32 messages are unread."""
    peer.open("/drain-at-gate")
    peer.text(*"abcdefghijklmnopqrst")
    peer.settle()
    peer.frame(PING, b"20")
    assert next_line(peer) == answer


@finds(here=("quiet", "pong b'40'"), sanic=("quiet", "quiet"))
def test_max_queue(server, way, answer):
    """WEBSOCKET_MAX_QUEUE says how many messages may be unread before reading stops."""
    found = []
    for max_queue in (39, 41):
        peer = peer_of(server, way, {"WEBSOCKET_MAX_QUEUE": max_queue})
        peer.open("/drain-at-gate")
        peer.seen("at the gate")
        peer.text(*map(str, range(40)))
        peer.settle()
        peer.frame(PING, b"40")
        found.append(next_line(peer, 0.3))
        peer.client.disconnect()
    assert tuple(found) == answer


def test_read_limit(server):
    """Behind a full queue, a peer cannot send for ever: TCP stops it."""
    peer = peer_of(server, "protocol", {"WEBSOCKET_MAX_QUEUE": 1, "WEBSOCKET_READ_LIMIT": 4096})
    peer.open("/drain-at-gate")
    peer.seen("at the gate")
    peer.client.sock.settimeout(0.5)
    with peer.client, pytest.raises(socket.timeout):
        peer.client.sock.sendall(encode_frame(TEXT, b"x" * 65000) * 1000)


@finds(here=["recv gave 'early'", "recv gave 'late'"], sanic=["recv gave 'late'"])
def test_frame_with_the_upgrade_request(peer, answer):
    """A frame in the same TCP segment as the upgrade request is the first message."""
    peer.open("/drain-at-gate", extra=encode_frame(TEXT, b"early"))
    peer.seen("at the gate")
    peer.go()
    peer.text("late")
    peer.seen("recv gave 'late'")
    peer.close()
    peer.end()
    assert [line for line in told(peer) if line.startswith("recv gave")] == answer


@finds(here="close 1007", sanic="quiet")
def test_invalid_utf_8(peer, answer):
    """Text that is not UTF-8 ends the connection with 1007."""
    peer.open("/recv")
    peer.seen("waiting")
    peer.frame(TEXT, b"\xff")
    assert next_line(peer).split(" '")[0] == answer


@finds(here=True, sanic=False)
def test_messages_unread_when_the_peer_closes(peer, answer):
    """What came before the close can still be read."""
    peer.open("/drain-later")
    peer.text("0")
    peer.seen("at the gate")
    peer.text("1", "2", "3")
    peer.close()
    peer.quiet(1)
    peer.go()
    lines = [f"recv gave '{n}'" for n in (1, 2, 3)]
    assert all(line in told(peer) for line in lines) == answer


@finds(here=True, sanic=True)
def test_peer_that_does_not_read(peer, answer):
    """A handler in a send loop waits for its peer; all arrives when the peer reads."""
    peer.open("/flood")
    assert (settled(peer) < 400) == answer
    for _ in range(400):
        assert len(peer.client.receive_frame().payload) == 65536
    peer.seen("sent 400")


def settled(peer):
    """How many messages the handler could send, once it gets no further."""
    count, seen = -1, 0
    while count != seen:
        with RawClient(peer.server) as client:
            for _ in range(20):  # each is a turn of the server's loop
                client.request("/")
        count, seen = seen, 20 * len(peer.outcome()["handler"][1:])
    return seen


@finds(here=1001, sanic=1000)
def test_close_code_of_a_server_that_stops(way, answer):
    """SIGTERM closes the connections with 1001 and ends the server with exit code 0."""
    with running(APP, way=way, config=QUIET) as started:
        peer = Peer(started)
        peer.open("/recv")
        peer.seen("waiting")
        started.send_signal()
        assert peer.client.receive_close().close_code == answer
        peer.client.send_close(answer)
        peer.client.disconnect()
        assert started.wait() == 0
