"""What proxies forwarded reaches the handler as it did on Sanic 21.6."""

from __future__ import annotations

import json

import pytest

from tests.server.tools import own_works
from tests.support import RawClient, sanic_version

TARGET = "/path/a?b=c"
# Up to 23.6, Sanic takes the scheme as it was forwarded; later, as that of a WebSocket.
SCHEME = "https" if sanic_version < (23, 12) else "wss"
XFF = [
    ("X-Forwarded-For", "1.1.1.1, 2.2.2.2, 3.3.3.3"),
    ("X-Forwarded-Proto", "https"),
    ("X-Forwarded-Host", "example.com"),
]
FORWARDED = [("Forwarded", "for=7.7.7.7;proto=https;host=example.com;secret=known")]
PORT = [*XFF, ("X-Forwarded-Port", "8443")]
REAL = [("X-Real-IP", "5.5.5.5"), ("X-Forwarded-Proto", "https")]
TRUSTED = f"{SCHEME}://example.com{TARGET}"
DIRECT = f"ws://localhost{TARGET}"
HOST = ["example.com", 443]

CASES = {
    "no proxy is trusted": ({}, [*XFF, *FORWARDED], DIRECT, "", ["localhost", 80]),
    "the last proxy": ({"PROXIES_COUNT": 1}, XFF, TRUSTED, "3.3.3.3", HOST),
    "two proxies": ({"PROXIES_COUNT": 2}, XFF, TRUSTED, "2.2.2.2", HOST),
    "a port": ({"PROXIES_COUNT": 1}, PORT, TRUSTED, "3.3.3.3", ["example.com", 8443]),
    "a header of its own": (
        {"PROXIES_COUNT": 1, "REAL_IP_HEADER": "X-Real-IP"},
        REAL,
        f"{SCHEME}://localhost{TARGET}",
        "5.5.5.5",
        ["localhost", 443],
    ),
    "a secret": ({"FORWARDED_SECRET": "known"}, FORWARDED, TRUSTED, "7.7.7.7", HOST),
    "another secret": (
        {"FORWARDED_SECRET": "other"},
        FORWARDED,
        DIRECT,
        "",
        ["localhost", 80],
    ),
}


@pytest.fixture(params=["protocol", pytest.param("stock", marks=own_works, id="Sanic's own")])
def ask(request, server):
    """`ask(config, headers)`: what a handler knows, served by ours or by Sanic's own."""

    def facts(config, headers):
        started = server("proxied", way=request.param, strict=False)
        with RawClient(started) as client:
            body = json.dumps(config).encode()
            length = ("Content-Length", str(len(body)))
            assert (
                client.request("/trust", method="POST", headers=[length], extra=body).status == 200
            )
            client.handshake(TARGET, headers=headers)
            return json.loads(client.receive_message())

    return facts


@pytest.mark.parametrize("case", CASES)
def test_forwarded(ask, case):
    """URL, address and server are those that a trusted proxy forwarded, else the connection's."""
    config, headers, url, remote, server = CASES[case]
    facts = ask(config, headers)
    assert (facts["url"], facts["remote"], facts["server"]) == (url, remote, server)
    assert (facts["scheme"], facts["host"]) == tuple(url.split("/path")[0].split("://"))
    assert (facts["ip"], facts["peer"]) == ("127.0.0.1", "127.0.0.1")
