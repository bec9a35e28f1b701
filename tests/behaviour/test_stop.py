"""The server stops while WebSockets are open."""

from __future__ import annotations

import pytest

from tests.support import RawClient

from .otherwise import DROPS, otherwise

CODES = {"native": 1001}  # uvicorn closes its connections itself, before it tells the app


@otherwise("granian", DROPS)
@otherwise("daphne", DROPS)
def test_stop(new_server, kind, key):
    """Peers are told, handlers end, and nothing lacks an attribute."""
    if kind == "hypercorn":
        pytest.skip("hypercorn waits for its clients to go (Python 3.12.1 and later) or drops them")
    server = new_server()
    try:
        server.start()
        with RawClient(server) as reader, RawClient(server) as sleeper:
            reader.handshake(f"/echo?key={key}r")
            sleeper.handshake(f"/sleeps?key={key}s")
            server.wait_event("told", key=f"{key}s", step="begun")
            server.send_signal()
            for client in (reader, sleeper):
                assert client.receive_close().close_code == CODES.get(kind, 1012)
                client.disconnect()
        server.wait(10)
        assert server.events("told", key=f"{key}r")
        assert server.events("told", key=f"{key}s", step="ended")
        assert "AttributeError" not in server.log
    finally:
        server.close()


@otherwise("granian", DROPS)
@otherwise("daphne", DROPS)
def test_handler_that_ignores_the_stop(new_server, kind, key):
    """A handler that goes on is cancelled, and the server exits."""
    if kind == "hypercorn":
        pytest.skip("as above")
    server = new_server(config={"WEBSOCKET_TIMEOUT": 0.5, "GRACEFUL_SHUTDOWN_TIMEOUT": 2.0})
    try:
        server.start()
        with RawClient(server) as client:
            client.handshake(f"/lingers?key={key}")
            server.wait_event("told", key=key, step="begun")
            server.send_signal()
            client.receive_close()
        server.wait_event("told", key=key, step="ended")
        server.wait(15)
    finally:
        server.close()
