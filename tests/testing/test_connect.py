"""`connect`: a client of an app that is served for it, native and by ASGI."""

from __future__ import annotations

import asyncio

import pytest
from websockets.exceptions import ConnectionClosed

from sanic_legacy_ws import ConnectionClosedError, ConnectionClosedOK
from sanic_legacy_ws.testing import ConnectionRefused, connect
from tests.support import websockets_version


def test_messages(app, mode, run):
    """Text and binary messages go both ways."""

    async def scenario():
        async with connect(app, "/echo", mode=mode) as ws:
            for message in ("hello", b"hello", "", b"", "\N{SNOWMAN}"):
                await ws.send(message)
                assert await ws.recv() == message
            assert ws.close_code is ws.close_reason is ws.close_rcvd is None

    run(scenario())


def test_what_is_asked_for(app, mode, run):
    """Headers and the query reach the app; what the path has of it stays."""

    async def scenario():
        options = {"headers": {"X-Key": "1"}, "query": {"b": ["2", "3"]}}
        async with connect(app, "/request?a=1", mode=mode, **options) as ws:
            assert await ws.recv() == "1 a=1&b=2&b=3 /request?a=1&b=2&b=3"
        async with connect(app, "/request", mode=mode, query="c=%20") as ws:
            assert await ws.recv() == "None c=%20 /request?c=%20"

    run(scenario())


@pytest.mark.parametrize(("offered", "chosen"), [(["a", "b"], "a"), (["c"], None), ([], None)])
def test_subprotocols(app, mode, run, offered, chosen):
    """What was agreed on is known."""

    async def scenario():
        async with connect(app, "/echo", mode=mode, subprotocols=offered) as ws:
            assert ws.subprotocol == chosen

    run(scenario())


def test_response_headers(app, mode, run):
    """Those of the app's hook are there, by names in lower case."""
    app.config.WEBSOCKET_BEFORE_UPGRADE = lambda request: [("X-More", "a"), ("X-More", "b")]

    async def scenario():
        async with connect(app, "/echo", mode=mode) as ws:
            assert ws.response_headers["x-more"] == "a, b"

    run(scenario())


def test_app_closes(app, mode, run):
    """Its messages are read first, then its code and reason are known."""

    async def scenario():
        async with connect(app, "/request", mode=mode) as ws:
            await ws.wait_closed()
            assert ws.closed
            assert (await ws.recv()).startswith("None")
            with pytest.raises(ConnectionClosedError) as caught:
                await ws.recv()
            assert (caught.value.code, caught.value.reason) == (4001, "that is all")
            assert (ws.close_code, ws.close_reason) == (4001, "that is all")
            assert ws.close_rcvd == (4001, "that is all")
            with pytest.raises(ConnectionClosed):
                await ws.send("too late")

    run(scenario())


def test_client_closes(app, mode, run, seen):
    """With a code and a reason, which the handler gets before the server stops."""

    async def scenario():
        async with connect(app, "/echo", mode=mode) as ws:
            await ws.close(1001, "away")
            assert ws.close_code == 1001
            await ws.close()
            with pytest.raises(ConnectionClosedOK):
                await ws.recv()

    run(scenario())
    assert seen[2:4] == [(1001, "away"), "before_server_stop"]


def test_iteration(app, mode, run):
    """It ends when the app has closed normally, and raises what else there is."""

    async def scenario():
        async with connect(app, "/flood", mode=mode) as ws:
            assert len([message async for message in ws]) == 40
        with pytest.raises(ConnectionClosedError):
            async with connect(app, "/request", mode=mode) as ws:
                async for _ in ws:
                    pass

    run(scenario())


def test_nothing_comes(app, mode, run):
    """A `recv` that waits in vain says so, and loses nothing."""

    async def scenario():
        async with connect(app, "/echo", mode=mode) as ws:
            with pytest.raises(asyncio.TimeoutError, match=r"0\.01 seconds"):
                await ws.recv(0.01)
            with pytest.raises(asyncio.TimeoutError):
                await ws.wait_closed(0.01)
            await ws.send("hello")
            assert await ws.recv() == "hello"

    run(scenario())


def test_unread_messages(app, mode, run, seen):
    """They do not hold up the end: the client closes over them."""

    async def scenario():
        async with connect(app, "/flood", mode=mode) as ws:
            await ws.recv()

    run(scenario())
    assert seen[-1] == "after_server_stop"


def test_handler_fails(app, mode, run):
    """The client sees 1011, as any other."""

    async def scenario():
        async with connect(app, "/boom", mode=mode) as ws:
            await ws.wait_closed()
            assert ws.close_code == 1011

    run(scenario())


def test_refused(app, mode, run):
    """An HTTP response is raised, with its status; headers and body where the client has them."""

    async def scenario():
        async with connect(app, "/echo", mode=mode, query={"refuse": "1"}):
            pytest.fail("connected")

    with pytest.raises(ConnectionRefused, match="418") as caught:
        run(scenario())
    assert caught.value.status == 418
    if mode == "asgi" or websockets_version >= (14,):
        assert caught.value.body == b"not you"
        assert caught.value.headers["x-why"] == "so"


@pytest.mark.parametrize(("path", "status"), [("/nowhere", 404), ("/http", 200)])
def test_no_websocket_there(app, mode, run, path, status):
    """A path without a route, and one with a route of HTTP, refuse as HTTP does."""

    async def scenario():
        async with connect(app, path, mode=mode):
            pytest.fail("connected")

    with pytest.raises(ConnectionRefused) as caught:
        run(scenario())
    assert caught.value.status == status


def test_test_fails(app, mode, run, seen):
    """What the test raises comes out of it, and the app is stopped all the same."""

    async def scenario():
        async with connect(app, "/echo", mode=mode):
            raise ZeroDivisionError

    with pytest.raises(ZeroDivisionError):
        run(scenario())
    assert seen[-1] == "after_server_stop"
