"""The opening handshake end to end: what is refused, and how; what the app may say in it."""

from __future__ import annotations

import pytest

from sanic_legacy_ws.binding.upgrade import name_upgrade
from tests.server.tools import APP, Visit
from tests.support import RawClient
from tests.support.client import ACCEPT, KEY

ORIGINS = ["https://example.com"]
PROTOCOLS = "Sec-WebSocket-Protocol"


@pytest.fixture(scope="module")
def served(server):
    """A server whose log stays without a traceback, whatever it refuses."""
    started = server(APP, config={"WEBSOCKET_ORIGINS": [*ORIGINS, None]})
    yield started
    assert "Traceback" not in started.log, started.log
    assert "ERROR" not in started.log


def refused(served, path="/echo", **arguments):
    """The answer to a bad upgrade request; no handler runs for it."""
    with Visit(served, path) as visit:
        response = visit.upgrade(visit.path, **arguments)
        assert not visit.events("start")
    return response


@pytest.mark.parametrize(
    ("arguments", "status", "says"),
    [
        ({"replace": {"Sec-WebSocket-Key": None}}, 400, "Sec-WebSocket-Key is missing"),
        ({"replace": {"Sec-WebSocket-Key": "short"}}, 400, "16 bytes in base64"),
        ({"headers": [("Sec-WebSocket-Key", KEY)]}, 400, "Sec-WebSocket-Key is doubled"),
        ({"replace": {"Sec-WebSocket-Version": None}}, 400, "Version is missing"),
        ({"replace": {"Sec-WebSocket-Version": "x"}}, 400, "Version is not a number"),
        ({"headers": [("Sec-WebSocket-Version", "13")]}, 400, "Version is doubled"),
        ({"headers": [("Host", "b")]}, 400, "Host is doubled"),
        ({"headers": [("Origin", "https://example.org")]}, 403, "origin"),
        ({"headers": [("Origin", ORIGINS[0])] * 2}, 403, "More than one Origin"),
    ],
)
def test_bad_requests(served, arguments, status, says):
    """The status and the body tell what is wrong."""
    response = refused(served, **arguments)
    assert response.status == status
    assert says in response.body.decode()


@pytest.mark.parametrize(
    "replace",
    [
        {"Upgrade": None, "Connection": None},
        {"Upgrade": None},
        {"Upgrade": "h2c"},
        {"Connection": "keep-alive"},
    ],
)
def test_no_upgrade_is_asked_for(served, replace):
    """426 says what to ask for, in both headers that it takes."""
    response = refused(served, replace=replace)
    assert response.status == 426
    assert response.header("upgrade") == "websocket"
    options = response.header("connection").lower().split(", ")
    assert options[0] == "upgrade"
    assert options[1] in ("keep-alive", "close")
    assert "ask for it by Connection: Upgrade" in response.body.decode()


@pytest.mark.parametrize("version", ["8", "14", "99999"])
def test_another_version(served, version):
    """426 says which version is served."""
    response = refused(served, replace={"Sec-WebSocket-Version": version})
    assert response.status == 426
    assert response.header("sec-websocket-version") == "13"
    assert response.header("upgrade") == "websocket"
    assert response.header("connection").lower().startswith("upgrade, ")
    assert "Version 13" in response.body.decode()


def test_another_method(served):
    """405 from the handshake says what is allowed."""
    with RawClient(served) as client:
        response = client.upgrade("/any", method="POST")
    assert response.status == 405
    assert response.header("allow") == "GET"


def test_another_method_on_a_websocket_route(served):
    """405 from Sanic's router."""
    assert refused(served, method="PUT").status == 405


def test_http_goes_on_after_a_refusal(served):
    """The next request on the connection is served, if the refusal left it open."""
    with Visit(served, "/echo") as visit:
        response = visit.upgrade(visit.path, replace={"Upgrade": None, "Connection": "keep-alive"})
        assert response.status == 426
        if "close" not in response.header("connection"):
            assert visit.request("/").body == b"hello"


def test_name_upgrade():
    """Only the header line is touched, and only where an upgrade is offered."""
    response = b"HTTP/1.1 426 x\r\nUpgrade: websocket\r\nConnection: close\r\n\r\nconnection: x"
    named = response.replace(b": close", b": Upgrade, close")
    assert name_upgrade(response) == named
    bare = response.replace(b"Upgrade: websocket\r\n", b"")
    assert name_upgrade(bare) == bare


# What is accepted.


def echoes(visit, **arguments):
    """Open an echo, send a message, get it back, close; gives the 101."""
    response = visit.handshake(visit.path, **arguments)
    visit.send_text("heard")
    assert visit.receive_message() == "heard"
    assert visit.close().close_code == 1000
    return response


def test_http_10(server):
    """As nginx asks where nobody told it otherwise: accepted, with one warning a process."""
    started = server(APP)
    for _ in range(2):
        with Visit(started, "/echo") as visit:
            echoes(visit, version="HTTP/1.0")
    assert started.log.count("proxy_http_version 1.1;") == 1
    assert started.log.count("WARNING") == 1


@pytest.mark.parametrize("host", [None, "", "localhost"])
def test_host(served, host):
    """A request without Host is as good as one that has it."""
    with Visit(served, "/echo") as visit:
        echoes(visit, host=host)
    assert "WARNING" not in served.log


@pytest.mark.parametrize("offer", ["Bearer eyJhbGciOiJI.e30", "dG9rZW4=", "a/b"])
def test_subprotocol_that_is_no_token(served, offer):
    """The handler sees it in its header; it is never echoed, wherever it stands in the list."""
    with Visit(served, "/info") as visit:
        response = visit.handshake(visit.path, headers=[(PROTOCOLS, offer)])
        assert response.header(PROTOCOLS) is None
        visit.send_text("request_headers")
        assert repr(offer) in visit.receive_message()
        visit.close()
    with Visit(served, "/echo") as visit:
        assert echoes(visit, headers=[(PROTOCOLS, f"{offer}, a")]).header(PROTOCOLS) == "a"


def test_semicolon_behind_an_extension(server):
    """It is no error, and takes nothing away."""
    started = server(APP, config={"WEBSOCKET_COMPRESSION": "deflate"})
    with Visit(started, "/echo") as visit:
        extension = ("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits;")
        answer = echoes(visit, headers=[extension]).header("sec-websocket-extensions")
        assert answer.startswith("permessage-deflate;")


def test_response(served):
    """A 101 with what RFC 6455 asks for, and nothing else."""
    with Visit(served, "/echo") as visit:
        response = visit.upgrade(visit.path)
    assert response.status == 101
    assert sorted(response.headers) == [
        ("connection", "Upgrade"),
        ("sec-websocket-accept", ACCEPT),
        ("upgrade", "websocket"),
    ]


@pytest.mark.parametrize(
    "arguments",
    [
        {"replace": {"Connection": "keep-alive, upgrade"}},
        {"replace": {"Upgrade": "WebSocket"}},
        {"replace": {"Upgrade": "h2c, websocket"}},  # Sanic takes it for no upgrade
        {"headers": [("Origin", ORIGINS[0])]},
    ],
)
def test_other_spellings(served, arguments):
    """Lists, letter case, an allowed origin."""
    with Visit(served, "/echo") as visit:
        visit.open(**arguments)
        visit.close()


@pytest.mark.parametrize(
    ("path", "offers", "chosen"),
    [
        ("/echo", [], None),
        ("/echo", ["c"], None),
        ("/echo", ["a"], "a"),
        ("/echo", ["a, b"], "a"),
        ("/echo", ["b, a"], "b"),
        ("/echo", ["c", "a", "b"], "a"),
        ("/return", ["a"], None),
    ],
)
def test_subprotocol(served, path, offers, chosen):
    """The client's first that the route supports; header lines are joined; none is no refusal."""
    with Visit(served, path) as visit:
        response = visit.upgrade(visit.path, headers=[(PROTOCOLS, offer) for offer in offers])
        assert response.status == 101
        assert response.header(PROTOCOLS) == chosen


# The app's own choice of a subprotocol.


@pytest.fixture(scope="module")
def choosing(server):
    """A server whose WEBSOCKET_SELECT_SUBPROTOCOL does what a request's arguments say."""
    return server(APP, env={"TEST_SELECT": "1"})


@pytest.mark.parametrize("choice", ["b", "c", None])
def test_choice(choosing, choice):
    """It is given both lists, and chooses any of the client's, or none."""
    with Visit(choosing, "/echo", **({"choose": choice} if choice else {})) as visit:
        response = echoes(visit, headers=[(PROTOCOLS, "a, b, c")])
        assert response.header(PROTOCOLS) == choice
        visit.event("select", offered=["a", "b", "c"], supported=["a", "b"])


def test_nothing_to_choose_from(choosing):
    """A client that offers none is not asked about."""
    with Visit(choosing, "/echo", choose="a") as visit:
        assert echoes(visit).header(PROTOCOLS) is None
        assert not visit.events("select")


def test_choice_refuses(choosing):
    """The status is that of the exception."""
    with Visit(choosing, "/echo", **{"turn-away": 1}) as visit:
        assert visit.upgrade(visit.path, headers=[(PROTOCOLS, "a")]).status == 403
        assert not visit.events("start")


@pytest.mark.parametrize("choice", ["d", "dG9rZW4="])
def test_choice_that_the_client_could_not_take(choosing, choice):
    """What was not offered, or is no token, is the app's mistake: 500, and the log says so."""
    with Visit(choosing, "/echo", choose=choice) as visit:
        assert visit.upgrade(visit.path, headers=[(PROTOCOLS, "a, dG9rZW4=")]).status == 500
    assert f"WEBSOCKET_SELECT_SUBPROTOCOL chose '{choice}'" in choosing.log


# The hook before the upgrade.


def test_hook_adds_a_header(served):
    """What it returns is in the response, and on the connection."""
    with Visit(served, "/info", header="X-Feed=7") as visit:
        assert visit.handshake(visit.path).header("x-feed") == "7"
        visit.send_text("response_headers")
        assert visit.receive_message() == "{'X-Feed': '7'}"
        visit.close()


@pytest.mark.parametrize("status", [401, 404, 503])
def test_hook_refuses(served, status):
    """Status, body and headers are those of the exception."""
    with Visit(served, "/echo", refuse=status) as visit:
        response = visit.upgrade(visit.path)
        assert not visit.events("start")
    assert response.status == status
    assert response.header("x-refused") == "yes"
    assert "refused by the hook" in response.body.decode()


def test_hook_is_not_asked_for_a_bad_request(served):
    """What is no upgrade request is refused before."""
    with Visit(served, "/echo") as visit:
        assert visit.upgrade(visit.path, replace={"Sec-WebSocket-Key": None}).status == 400
        assert not visit.events("hook")


def test_client_leaves_while_the_hook_waits(served):
    """No handler runs."""
    with Visit(served, "/echo", wait=0.2) as visit:
        visit.send_raw(
            f"GET {visit.path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: {KEY}\r\n\r\n".encode()
        )
        visit.event("hook")
        visit.abort()
    with Visit(served, "/echo", wait=0.4) as other:
        other.open()
        other.close()
    assert not visit.events("start")


@pytest.mark.parametrize("protocol", ["Failing", "FailingGuests"])
def test_connection_that_cannot_be_made(server, protocol):
    """What fails before the 101 is an error of HTTP, and the log says why."""
    with Visit(server(APP, protocol=f"served:{protocol}"), "/echo") as visit:
        assert visit.upgrade(visit.path).status == 500
        visit.server.wait_log("ValueError: the handler's own")


@pytest.mark.parametrize("protocol", ["FailingLate", "LateGuests"])
def test_connection_that_cannot_be_opened(server, protocol):
    """What fails behind the 101 ends the connection: no text of HTTP, no hang."""
    config = {"WEBSOCKET_TIMEOUT": 0.3}
    with Visit(server(APP, protocol=f"served:{protocol}", config=config), "/echo") as visit:
        visit.handshake(visit.path)
        try:
            assert b"HTTP" not in visit.receive_to_end()
        except ConnectionError:
            pass
        visit.server.wait_log("ValueError: the handler's own")
