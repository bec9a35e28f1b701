"""Guests for single routes, and the settings that concern guests."""

from __future__ import annotations

from tests.support import RawClient, running

APP = "guest_routes"


def test_route_with_a_guest(server):
    """The marked route has its guest, on a path with a parameter and in a blueprint too."""
    started = server(APP)
    for path in ("/guest", "/guest/7", "/blue/guest"):
        with RawClient(started) as client:
            client.handshake(path)
            assert client.receive_message() == "Guest"


def test_route_without_a_guest(server):
    """The others keep the package's connection."""
    with RawClient(server(APP)) as client:
        client.handshake("/own")
        assert client.receive_message() == "SanicWebSocket"
        client.close(1000)


def test_protocol_without_a_guest(server):
    """GuestProtocol itself has guests for marked routes only; another is an error by HTTP."""
    started = server(APP, protocol="sanic_legacy_ws.guests:GuestProtocol")
    with RawClient(started) as client:
        client.handshake("/guest")
        assert client.receive_message() == "Guest"
    with RawClient(started) as client:
        assert client.upgrade("/own").status == 500
    assert "GuestProtocol has no guest for /own" in started.log


def test_guest_that_cannot_be_made(server):
    """What a factory raises is answered by HTTP, before any upgrade."""
    with RawClient(server(APP)) as client:
        assert client.upgrade("/full").status == 503


def test_origins(server):
    """WEBSOCKET_ORIGINS applies to guests."""
    started = server(APP, config={"WEBSOCKET_ORIGINS": ["https://example.com"]})
    with RawClient(started) as client:
        assert client.upgrade("/guest", headers=[("Origin", "https://evil.example")]).status == 403
    with RawClient(started) as client:
        client.handshake("/guest", headers=[("Origin", "https://example.com")])


def test_hook(server):
    """WEBSOCKET_BEFORE_UPGRADE applies to guests: its headers are in the response."""
    with RawClient(server("guest_routes:hooked")) as client:
        assert client.handshake("/guest").header("x-hook") == "was here"


def test_no_compression(server):
    """No extension is agreed on for a guest."""
    started = server(APP, config={"WEBSOCKET_COMPRESSION": "deflate"})
    offer = [("Sec-WebSocket-Extensions", "permessage-deflate")]
    with RawClient(started) as client:
        assert client.handshake("/guest", headers=offer).header("sec-websocket-extensions") is None
    with RawClient(started) as client:
        assert client.handshake("/own", headers=offer).header("sec-websocket-extensions")


def test_buffered_guest(server):
    """A BufferedProtocol reads from the transport, frames behind the request first."""
    for loop in ("uvloop", "asyncio"):
        with RawClient(server(APP, loop=loop)) as client:
            client.handshake("/buffered", extra=b"early")
            client.send_raw(b"late")
            assert client.receive_exactly(9) == b"earlylate"
            client.disconnect()
        server(APP, loop=loop).wait_event("buffered guest lost")


def test_cancel_at_once():
    """With WEBSOCKET_ON_DISCONNECT = "cancel" a handler is not given time."""
    config = {"WEBSOCKET_ON_DISCONNECT": "cancel", "WEBSOCKET_TIMEOUT": 100}
    with running(APP, config=config) as started:
        with RawClient(started) as client:
            client.handshake("/guest")
            assert client.receive_message() == "Guest"
        started.wait_event("cancelled")


def test_guest_that_knows():
    """Nor does a guest give it time that says that nothing waits and nothing is unread."""
    with running(APP, config={"WEBSOCKET_TIMEOUT": 100}) as started:
        with RawClient(started) as client:
            client.handshake("/idle")
        started.wait_event("cancelled")
