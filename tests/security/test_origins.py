"""WEBSOCKET_ORIGINS, end to end: who is not allowed gets 403 and never reaches a handler."""

from __future__ import annotations

import pytest

from tests.support import RawClient

OTHERS = [
    "https://evil.example",
    "http://example.com",
    "https://example.com:8443",
    "https://example.com.evil.example",
    "https://evil.example/https://example.com",
    "https://www.example.com.evil.example",
    "HTTPS://EXAMPLE.COM",
    "null",
    "*",
    "https://example.com, https://evil.example",
]


@pytest.fixture
def secure(server):
    return server("secure", access_log=True)


def ask(server, *headers, **arguments):
    with RawClient(server) as client:
        return client.upgrade("/ws", headers=headers, **arguments)


@pytest.mark.parametrize("origin", ["https://example.com", "https://www.example.com", None])
def test_allowed(secure, origin):
    """An exact string, a pattern that matches the whole value, no header at all."""
    headers = [] if origin is None else [("Origin", origin)]
    assert ask(secure, *headers).status == 101
    secure.wait_event("handler", origin=origin)


@pytest.mark.parametrize("origin", OTHERS)
def test_refused(secure, origin):
    """403 before the upgrade: no 101, no handler, no traceback."""
    response = ask(secure, ("Origin", origin))
    assert response.status == 403
    assert response.header("sec-websocket-accept") is None
    assert ask(secure).status == 101
    assert not secure.events("handler", origin=origin)
    assert "Traceback" not in secure.log


def test_two_origins_are_refused(secure):
    """No browser sends two; one of them allowed is not enough."""
    both = [("Origin", "https://example.com"), ("Origin", "https://evil.example")]
    assert ask(secure, *both).status == 403


def test_http_routes_are_not_concerned(secure):
    """The setting is for WebSockets: HTTP answers as before."""
    with RawClient(secure) as client:
        response = client.request("/", headers=[("Origin", "https://evil.example")])
    assert response.status == 200


def test_none_allows_everybody(server):
    """Without the setting any origin may connect, as on every Sanic."""
    with RawClient(server("faults")) as client:
        client.handshake("/echo", headers=[("Origin", "https://evil.example")])
