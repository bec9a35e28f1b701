"""The websockets_asyncio guest: the library's own connection, with all that it is told."""

from __future__ import annotations

import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.support import RawClient, websockets_version

CONFIG = {
    "WEBSOCKET_MAX_SIZE": 5000,
    "WEBSOCKET_PING_INTERVAL": 30,
    "WEBSOCKET_PING_TIMEOUT": 15,
    "WEBSOCKET_TIMEOUT": 2,
    "WEBSOCKET_COMPRESSION": "deflate",
    # The handler is to be told of the end by the library.
    "WEBSOCKET_ON_DISCONNECT": "raise",
}


@pytest.mark.skipif(find_spec("websockets.asyncio") is not None, reason="it can be imported here")
def test_websockets_that_is_too_old():
    """Before websockets 13 the import says what it needs."""
    module = "sanic_legacy_ws.guests.websockets_asyncio"
    done = subprocess.run([sys.executable, "-c", f"import {module}"], capture_output=True)
    assert b"needs websockets 13 or newer, not " in done.stderr


@pytest.mark.skipif(websockets_version < (13,), reason="websockets.asyncio came with 13.0")
def test_what_the_connection_knows(server):
    """Request, response, subprotocol, limits and extension are those of this connection."""
    routes = "websockets_asyncio_routes"
    started = server(routes, protocol=f"{routes}:Protocol", config=CONFIG)
    headers = [
        ("Sec-WebSocket-Protocol", "c, a, b"),
        ("Sec-WebSocket-Extensions", "permessage-deflate"),
    ]
    with RawClient(started) as client:
        answer = client.handshake("/tell?key=a%20b", headers=headers)
        address = list(client.sock.getsockname())
        client.send_text("hello")
        assert client.receive_frame().rsv == 4
        client.close(4001)
    told = started.wait_event("told")
    assert told["path"] == "/tell?key=a%20b"
    assert told["host"] == "localhost"
    assert told["accept"] == answer.header("sec-websocket-accept")
    assert told["subprotocol"] == answer.header("sec-websocket-protocol") == "a"
    assert told["max_size"] == 5000
    assert told["intervals"] == [30, 15, 2]
    assert told["remote"] == address
    assert told["extensions"] == ["permessage-deflate"]
