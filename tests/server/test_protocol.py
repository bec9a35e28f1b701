"""`WebSocketProtocol` in a server: around the upgrade, beside HTTP, in the hands of users."""

from __future__ import annotations

import pytest

from tests.server.tools import APP, Visit, get
from tests.support import RawClient, sanic_version
from tests.support.client import KEY, TEXT
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def served(server):
    return server(APP)


def told(visit, *names):
    """Attributes of the connection, as the handler of /info sees them."""
    found = []
    for name in names:
        visit.send_text(name)
        found.append(visit.receive_message())
    return found


# What the connection knows.


def test_request(served):
    """Path with query, request headers, response headers, ours and the hook's."""
    with Visit(served, "/info", header="X-Feed=7") as visit:
        visit.open(headers=[("X-Ours", "1")])
        path, request, response, subprotocol = told(
            visit, "path", "request_headers", "response_headers", "subprotocol"
        )
        assert path == repr(visit.path)
        assert "'x-ours': '1'" in request.lower()
        assert "'sec-websocket-key'" in request.lower()
        assert response == "{'X-Feed': '7'}"
        assert subprotocol == "None"


def test_addresses(served):
    """Both ends, and the remote one still after the close."""
    with Visit(served, "/info") as visit:
        visit.open()
        assert told(visit, "remote_address") == [repr(visit.sock.getsockname())]
        assert told(visit, "local_address") == [repr((served.host, served.port))]
        visit.close()
        assert visit.event("info")["remote"][0] == "127.0.0.1"


def test_what_is_inside_of_sanics_own(served):
    """`io_proto`, `ws_proto.parser_exc` and the class, also when the connection is gone."""
    with Visit(served, "/native") as visit:
        visit.open()
        address = list(visit.sock.getsockname())
        visit.send_frame(TEXT, b"\xff")
        assert visit.receive_close().close_code == 1007
        visit.half_close()
        before, after = visit.event("native")["facts"]
    assert before == {
        "protocol": "WebSocketProtocol",
        "peer": address,
        "ip": address[0],
        "transport": True,
        "kind": True,
        "fault": "None",
    }
    assert (after["peer"], after["ip"]) == (address, address[0])
    assert after["fault"] == "text is not UTF-8 at byte 0"


def test_stats(served):
    """Messages and bytes in both directions, still after the close."""
    with Visit(served, "/info") as visit:
        visit.open()
        (open_,) = told(visit, "open")
        visit.close()
        assert open_ == "True"
        assert visit.event("info")["stats"] == [1, 1, 10 + 8, 6 + 4, 1000]


def test_registry(served):
    """connections(app) has those that are open, and no other."""
    with Visit(served, "/echo") as one, Visit(served, "/sleep") as two:
        one.open()
        two.open()
        assert {one.path, two.path} <= set(get(served, "/connections"))
        one.close()
        eventually(lambda: one.path not in get(served, "/connections"))
        assert two.path in get(served, "/connections")
    eventually(lambda: two.path not in get(served, "/connections"))


# HTTP on the same port, and on the same connection.


def test_keep_alive_before_the_upgrade(served):
    """Requests on a connection, with and without a body, then the upgrade."""
    with Visit(served, "/echo") as visit:
        for _ in range(3):
            assert visit.request("/").body == b"hello"
            body = b"x" * 200000
            sent = [("Content-Length", str(len(body)))]
            response = visit.request("/post", method="POST", headers=sent, extra=body)
            assert response.body == b"200000"
        visit.open()
        visit.send_text("upgraded")
        assert visit.receive_message() == "upgraded"
        visit.close()


@pytest.mark.skipif(sanic_version < (21, 3), reason="Sanic 20.12 answers one request at a time")
def test_pipelined_before_the_upgrade(served):
    """Two requests and the upgrade in one segment are answered in turn."""
    with Visit(served, "/echo") as visit:
        visit.send_raw(
            b"GET / HTTP/1.1\r\nHost: a\r\n\r\n" * 2
            + f"GET {visit.path} HTTP/1.1\r\nHost: a\r\nUpgrade: websocket\r\n"
            f"Connection: Upgrade\r\nSec-WebSocket-Version: 13\r\n"
            f"Sec-WebSocket-Key: {KEY}\r\n\r\n".encode()
        )
        statuses = [visit.receive_response().status for _ in range(3)]
        assert statuses == [200, 200, 101]
        visit.close()


@pytest.mark.parametrize("upgrade", ["websocket", "h2c, websocket"])
def test_timeouts_of_http_do_not_apply(server, upgrade):
    """A WebSocket is open when connections that came after it have met each of them."""
    config = {"REQUEST_TIMEOUT": 0.4, "RESPONSE_TIMEOUT": 0.4, "KEEP_ALIVE_TIMEOUT": 0.4}
    served = server(APP, config=config)
    with Visit(served, "/echo") as visit:
        visit.open(replace={"Upgrade": upgrade})
        with RawClient(served) as silent, RawClient(served) as idle, RawClient(served) as busy:
            assert idle.request("/").status == 200
            assert busy.request("/wait").status == 503
            for timed_out in (silent, idle):
                timed_out.receive_to_end()
        visit.send_text("still here")
        assert visit.receive_message() == "still here"
        visit.close()


def test_handshake_from_an_http_route(server):
    """As python-engineio does it: the route's response goes nowhere."""
    raising = server(APP, config={"WEBSOCKET_ON_DISCONNECT": "raise"})
    with Visit(raising, "/library") as visit:
        visit.handshake(visit.path)
        assert visit.receive_message() == "SanicWebSocket"
        visit.send_text("x")
        assert visit.receive_message() == "x"
        visit.send_close(4000, "bye")
        assert visit.receive_close().close_code == 4000
        assert visit.receive_end() == "eof"
        assert visit.event("library")["end"] == "ConnectionClosedError(4000, 'bye')"


def test_http_route_returns_with_the_connection_open(served):
    """The end of the route closes the WebSocket, with 1000; its response is not sent."""
    with Visit(served, "/library-return") as visit:
        visit.handshake(visit.path)
        assert visit.receive_message() == "bye"
        assert visit.receive_close().close_code == 1000
        visit.send_close(1000)
        assert visit.receive_end() == "eof"


def test_http_route_raises_with_the_connection_open(server):
    """1011, and no HTTP error."""
    with Visit(server(APP), "/library-raise") as visit:
        visit.handshake(visit.path)
        assert visit.receive_close().close_code == 1011
        visit.send_close(1011)
        assert visit.receive_end() == "eof"
        visit.server.wait_log("the handler's own")
        assert "AttributeError" not in visit.server.log


# Middleware and signals.


def test_middleware(served):
    """Request middleware runs before the upgrade; nothing of it reaches the stream."""
    with Visit(served, "/return") as visit:
        visit.open()
        assert len(visit.events("request")) == 1
        assert visit.receive_message() == "bye"
        assert visit.receive_close().close_code == 1000
        visit.send_close(1000)
        assert visit.receive_end() == "eof"


def test_middleware_refuses(served):
    """A response of request middleware takes the place of the upgrade."""
    with Visit(served, "/echo", forbid=1) as visit:
        response = visit.upgrade(visit.path)
        assert (response.status, response.body) == (403, b"by middleware")
        assert not visit.events("start")


HANDLER = "websocket.handler."


@pytest.fixture(scope="module")
def signalling(server):
    names = [HANDLER + "before", HANDLER + "after", HANDLER + "exception", "http.lifecycle.send"]
    return server(APP, env={"TEST_SIGNALS": " ".join(names)})


@pytest.mark.skipif(sanic_version < (23, 12), reason="Sanic has these signals since 23.12")
@pytest.mark.parametrize(
    ("path", "signals"),
    [
        ("/return", [("before", ["request", "websocket"]), ("after", ["request", "websocket"])]),
        (
            "/raise",
            [
                ("before", ["request", "websocket"]),
                ("exception", ["exception", "request", "websocket"]),
            ],
        ),
    ],
)
def test_handler_signals(signalling, path, signals):
    """Sanic sends them with our connection in their context."""
    with Visit(signalling, path) as visit:
        visit.open()
        visit.event("end")
        expected = [{"name": HANDLER + name, "keys": keys} for name, keys in signals]
        eventually(lambda: len(visit.events("signal")) == len(expected))
        found = visit.events("signal")
    assert [{"name": each["name"], "keys": each["keys"]} for each in found] == expected


@pytest.mark.skipif(sanic_version < (21, 9), reason="Sanic has this signal since 21.9")
def test_send_signal(signalling):
    """The 101 is sent as any response: http.lifecycle.send tells of it, and of no frame."""
    count = len(signalling.events("signal", name="http.lifecycle.send"))
    with Visit(signalling, "/echo") as visit:
        visit.open()
        visit.send_text("x")
        visit.receive_message()
        visit.close()
    assert len(signalling.events("signal", name="http.lifecycle.send")) == count + 1


# Users' classes.


@pytest.mark.parametrize("way", ["uvloop", "asyncio"])
def test_subclass(server, way):
    """Own attributes, __init__, websocket_handshake and connection class, all without slots."""
    started = server(APP, protocol="served:OwnProtocol", loop=way)
    with Visit(started, "/own") as visit:
        visit.open()
        assert visit.receive_message() == "OWN ('START', 1) 7 3"
        assert visit.receive_message() == "TRUE 1"
        assert visit.receive_close().close_code == 1000
    with RawClient(started) as client:
        assert client.request("/").body == b"hello"


# Transports.


def test_tls(server, certificate):
    """Over TLS, with a large message and the closing handshake."""
    with Visit(server(APP, tls=certificate), "/echo") as visit:
        visit.open()
        visit.send_text("x" * 300000)
        assert visit.receive_message() == "x" * 300000
        assert visit.close(4000).close_code == 4000
        assert visit.event("end")["code"] == 4000


def test_tls_client_leaves(server, certificate):
    """A reset under TLS is a 1006."""
    with Visit(server(APP, tls=certificate), "/echo") as visit:
        visit.open()
        visit.abort()
        assert visit.event("end")["code"] == 1006


def test_unix_socket(server):
    """On a socket file there is no address of the peer, and an access line all the same."""
    started = server(APP, unix=True, access_log=True)
    with Visit(started, "/info") as visit:
        visit.open()
        assert told(visit, "open") == ["True"]
        assert told(visit, "remote_address") in (["''"], ["None"])
        visit.close()
        eventually(lambda: len(visit.lines()) == 2)
        assert "unix" in visit.lines()[0]
