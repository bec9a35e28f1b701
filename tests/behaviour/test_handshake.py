"""Who is let in, and on what terms."""

from __future__ import annotations

import pytest

from tests.support import RawClient

from .client import get, talk
from .otherwise import HEADERLESS, REFUSES, REFUSES_BY_403, TOKENS_ONLY, otherwise


async def subprotocol(ws):
    return ws.subprotocol


@pytest.fixture
def upgrade(serve):
    """`upgrade(path, **config)`: the answer to an upgrade request with these headers."""

    def ask(path, headers=(), **config):
        with RawClient(serve(**config)) as client:
            return client.upgrade(path, headers=headers)

    return ask


def test_http_besides(serve):
    """HTTP routes are served by the same server."""
    assert get(serve(), "/") == b"hello"


@pytest.mark.parametrize(
    ("offered", "chosen"), [(["b", "a"], "b"), (["c", "a"], "a"), (["c"], None), (None, None)]
)
def test_subprotocol(serve, offered, chosen):
    """The first of the client's that the route has; none is no reason to refuse."""
    assert talk(serve(), "/echo", subprotocol, subprotocols=offered) == chosen


def test_choice_of_the_app(serve):
    """WEBSOCKET_SELECT_SUBPROTOCOL has the last word, also where the route has none."""
    assert talk(serve(), "/choose", subprotocol, subprotocols=["b", "a", "x"]) == "x"


@otherwise("uvicorn-websockets-sansio", TOKENS_ONLY)
def test_subprotocol_that_is_no_token(upgrade):
    """It is passed over."""
    response = upgrade("/echo", [("Sec-WebSocket-Protocol", "Bearer eyJ.e30=, a")])
    assert response.header("sec-websocket-protocol") == "a"


@otherwise("hypercorn", REFUSES)
def test_http_10(serve):
    """As nginx asks where nobody told it otherwise."""
    with RawClient(serve()) as client:
        assert client.upgrade("/echo", version="HTTP/1.0").status == 101


@otherwise("uvicorn-wsproto", REFUSES)
@otherwise("hypercorn", REFUSES)
@otherwise("daphne", REFUSES)
def test_no_host(serve):
    """A request without Host is as good as one that has it."""
    with RawClient(serve()) as client:
        assert client.upgrade("/echo", host=None).status == 101


@pytest.mark.parametrize(("origin", "status"), [("https://good", 101), ("https://bad", 403)])
def test_origin(upgrade, origin, status):
    """WEBSOCKET_ORIGINS decides by the Origin header."""
    config = {"WEBSOCKET_ORIGINS": ["https://good"]}
    assert upgrade("/echo", [("Origin", origin)], **config).status == status


@otherwise("granian", HEADERLESS)
@otherwise("daphne", HEADERLESS)
def test_hook_adds_headers(upgrade, serve):
    """What WEBSOCKET_BEFORE_UPGRADE returns is in the answer, and on the connection."""
    assert upgrade("/guarded?token=right").header("x-guard") == "passed"

    async def first(ws):
        return await ws.recv()

    assert talk(serve(), "/guarded?token=right", first) == "passed"


@otherwise("daphne", REFUSES_BY_403)
def test_hook_refuses(upgrade):
    """The exception of WEBSOCKET_BEFORE_UPGRADE is answered with its status and page."""
    response = upgrade("/guarded?token=wrong")
    assert response.status == 403
    assert b"no such token" in response.body


@otherwise("daphne", REFUSES_BY_403)
def test_unknown_route(upgrade):
    """A WebSocket route that does not exist is a 404."""
    assert upgrade("/nowhere").status == 404
