"""Neither side can fill the other one's memory, and nothing is lost on the way."""

from __future__ import annotations

from tests.support import RawClient

from .client import get


def test_queue_is_bounded(serve, key):
    """No more than WEBSOCKET_MAX_QUEUE messages wait for a handler; all arrive, in order."""
    server = serve(WEBSOCKET_MAX_QUEUE=4)
    with RawClient(server) as client:
        client.handshake(f"/floods?key={key}")
        server.wait_event("told", key=key, step="begun")
        for number in range(200):
            client.send_text(str(number))
        get(server, f"/open?key={key}")
        assert client.receive_message() == "done"
    told = server.wait_event("told", key=key, step="read")
    assert told["waiting"] <= 4
    assert told["in_order"]


def test_peer_that_does_not_read(serve, key, cancels_senders):
    """send() waits for a peer that does not read, and raises when it is gone."""
    server = serve(WEBSOCKET_ON_DISCONNECT="raise")
    for number in range(5):
        with RawClient(server, rcvbuf=4096) as client:
            client.handshake(f"/pushes?key={key}{number}")
            client.receive_exactly(10)
            client.abort()
        told = server.wait_event("told", key=f"{key}{number}")
        assert told["bounded"]
        assert told["end"] in ["ConnectionClosedError", *cancels_senders]
