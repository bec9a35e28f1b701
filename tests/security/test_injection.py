"""What a peer sends comes out nowhere but where it belongs."""

from __future__ import annotations

import pytest

from tests.support import RawClient, running, sanic_version
from tests.support.client import TEXT, encode_frame

ESCAPE = "\x1b[31m"


@pytest.mark.parametrize("value", ["chat X-Evil:1", '"chat"', "chät", "chat;evil"])
def test_subprotocol_that_is_no_token(server, value):
    """It is passed over, and nothing of it is in the answer."""
    with RawClient(server("secure", access_log=True)) as client:
        response = client.handshake("/ws", headers=[("Sec-WebSocket-Protocol", value)])
        assert client.receive_message() == "hello"
    names = ["connection", "sec-websocket-accept", "upgrade"]
    assert sorted(name for name, _ in response.headers) == names


@pytest.mark.parametrize("value", ["chat\x0bX-Evil: 1", "chat\x00"])
def test_subprotocol_with_a_control_character(server, value):
    """It is passed over as well, or HTTP's own parser refuses it: that of Sanic 20.12."""
    with RawClient(server("secure", access_log=True)) as client:
        response = client.upgrade("/ws", headers=[("Sec-WebSocket-Protocol", value)])
    assert response.status == (400 if sanic_version < (21, 3) else 101)
    assert response.header("sec-websocket-protocol") is None
    assert "evil" not in str(response.headers).lower()


def test_subprotocol_is_the_routes_own(server):
    """The answer names what the route has, not what the peer sent."""
    with RawClient(server("secure", access_log=True)) as client:
        offer = [("Sec-WebSocket-Protocol", "evil, chat, other")]
        response = client.handshake("/ws", headers=offer)
        assert response.header("sec-websocket-protocol") == "chat"


@pytest.mark.parametrize("value", ["a%0d%0aX-Evil:%201", "a%0aX-Evil:%201", "a%00", "%e2%82%ac"])
def test_header_of_the_hook_that_http_cannot_carry(value):
    """A hook that answers with what a peer sent splits no response: 500, and it is logged."""
    with running("hooked") as server, RawClient(server) as client:
        response = client.upgrade(f"/ws?header={value}")
        assert response.status == 500
        assert response.header("x-evil") is None
        assert b"X-Evil" not in client.buffer


def test_path_in_the_access_log(server):
    """Control characters and escape sequences of terminals are escaped, a line stays a line."""
    started = server("secure", access_log=True)
    with RawClient(started) as client:
        client.handshake("/echo?a=%1b[31m&b=%0aforged")
        client.close()
    started.wait_log("WS ")
    assert ESCAPE not in started.log
    assert not [line for line in started.log.splitlines() if line.startswith("forged")]


def test_close_reason_is_not_logged(server):
    """What a peer gives as its reason, and what it sends, is not in the log."""
    started = server("secure", access_log=True)
    with RawClient(started) as client:
        client.handshake("/echo", headers=[("Authorization", "Bearer of-a-secret")])
        client.send_frame(TEXT, b"a-secret-message")
        client.receive_message()
        client.send_close(4000, "a-secret-reason\r\nbroken")
        client.receive_close()
    with RawClient(started) as client:
        client.handshake("/echo")
        client.send_raw(encode_frame(TEXT, b"\xff a-secret-message"))
        assert client.receive_close().close_code == 1007
    started.wait_log("4000")
    assert "secret" not in started.log
    assert "broken" not in started.log


def test_our_close_reason_tells_nothing_of_the_server(server):
    """A handler that raises: 1011, and not a word about the exception to the peer."""
    with running("boom") as started, RawClient(started) as client:
        client.handshake("/ws")
        close = client.receive_close()
    assert (close.close_code, close.close_reason) == (1011, "")
