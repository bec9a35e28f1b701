"""The picows guest: who reads, picows' limits, and requests that picows cannot take."""

from __future__ import annotations

from types import SimpleNamespace

import pytest
from sanic.exceptions import SanicException

from tests.support import RawClient
from tests.support.client import PONG, TEXT

pytest.importorskip("picows")

CONFIG = {"WEBSOCKET_MAX_SIZE": 1000, "WEBSOCKET_PING_INTERVAL": 1, "WEBSOCKET_PING_TIMEOUT": 1}


@pytest.fixture
def started(server):
    return server("picows_routes")


def test_picows_reads(started):
    """The transport calls picows' compiled functions, with no Python in between."""
    with RawClient(started) as client:
        client.handshake("/who")
        assert client.receive_message() == "builtin builtin"


def test_upgrade_by_picows(started):
    """picows' answer has the subprotocol that was agreed on, and the app's headers."""
    with RawClient(started) as client:
        answer = client.handshake("/who", headers=[("Sec-WebSocket-Protocol", "b, a")])
        assert answer.header("sec-websocket-protocol") == "a"
        assert answer.header("x-hook") == "was here"


def test_long_request():
    """A request that is too long for picows is refused; only Sanic 20.12 lets one come so far."""
    from sanic_legacy_ws.guests.picows import request_head

    short = SimpleNamespace(raw_url=b"/a?b=\xc3", headers={"host": "x", "cookie": "\udcff"})
    assert request_head(short) == b"GET /a?b=\xc3 HTTP/1.1\r\nhost: x\r\ncookie: \xff\r\n\r\n"
    short.headers["cookie"] = "x" * 17_000
    with pytest.raises(SanicException) as refusal:
        request_head(short)
    assert refusal.value.status_code == 431


def test_unknown_option(started):
    """An option that picows does not have is named, by a 500 and in the log."""
    with RawClient(started) as client:
        assert client.upgrade("/typo").status == 500
    assert "picows has no option max_frame" in started.log


def test_frame_over_the_limit(server):
    """WEBSOCKET_MAX_SIZE is picows' max_frame_size."""
    with RawClient(server("picows_routes", config={"WEBSOCKET_MAX_SIZE": 1000})) as client:
        client.handshake("/echo")
        client.send_text("x" * 1000)
        assert client.receive_frame().opcode == TEXT
        client.send_text("x" * 1001)
        assert client.receive_close().close_code in (1002, 1009)


def test_keepalive(server):
    """WEBSOCKET_PING_INTERVAL is picows' auto ping; a peer that does not answer is dropped."""
    with RawClient(server("picows_routes", config=CONFIG)) as client:
        client.handshake("/echo")
        client.send_frame(PONG, client.receive_frame().payload)
        assert client.receive_frame().opcode == 9
        client.receive_to_end()
