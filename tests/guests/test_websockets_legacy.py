"""The guest that is websockets' own connection: what only it can get wrong."""

from __future__ import annotations

import subprocess
import sys

from tests.support import RawClient, running
from tests.support.client import PONG

SERVER = {"protocol": "guests:Protocol", "env": {"GUEST": "websockets_legacy"}}


def test_no_warning():
    """Importing it does not warn that it is deprecated, and leaves the filters as they are."""
    code = (
        "import warnings, sanic_legacy_ws.guests.base; before = list(warnings.filters);"
        "import sanic_legacy_ws.guests.websockets_legacy;"
        "assert before == warnings.filters"
    )
    error = "error:websockets.legacy is deprecated:DeprecationWarning"
    subprocess.run([sys.executable, "-W", error, "-c", code], check=True, timeout=60)


def test_settings():
    """The app's settings are those of the connection: messages over the limit are refused."""
    options = {"config": {"WEBSOCKET_MAX_SIZE": 10}, **SERVER}
    with running("guests", **options) as started, RawClient(started) as client:
        client.handshake("/echo")
        client.send_text("x" * 11)
        assert client.receive_close().close_code == 1009


def test_keepalive():
    """It pings, and answers pings."""
    options = {"config": {"WEBSOCKET_PING_INTERVAL": 0.05}, **SERVER}
    with running("guests", **options) as started, RawClient(started) as client:
        client.handshake("/echo")
        ping = client.receive_frame()
        client.send_frame(PONG, ping.payload)
        client.send_ping(b"mine")
        frames = iter(client.receive_frame, None)
        assert next(frame for frame in frames if frame.opcode == PONG).payload == b"mine"
