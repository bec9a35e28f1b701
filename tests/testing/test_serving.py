"""`serve`: an app in the loop of the test, started and stopped as in earnest."""

from __future__ import annotations

import asyncio
import socket

import pytest
from sanic import Sanic

import sanic_legacy_ws
from sanic_legacy_ws import WebSocketProtocol
from sanic_legacy_ws.asgi.switch import asgi_installed
from sanic_legacy_ws.testing import serve
from tests.support.waiting import until
from tests.testing.conftest import EARLY

LISTENERS = [
    "before_server_start",
    "after_server_start",
    "before_server_stop",
    "after_server_stop",
]


def test_listeners(app, mode, run, seen):
    """All four kinds run, in their order."""

    async def scenario():
        async with serve(app, mode=mode):
            assert seen == LISTENERS[:2]

    run(scenario())
    assert seen == LISTENERS


def test_many_clients(app, mode, run):
    """Each has a connection of its own, and `connections` knows them."""

    async def scenario():
        async with serve(app, mode=mode) as server:
            async with server.connect("/echo") as one, server.connect("/echo") as two:
                await one.send("1")
                await two.send("2")
                assert (await two.recv(), await one.recv()) == ("2", "1")
                assert len(list(sanic_legacy_ws.connections(app))) == 2
            assert not list(sanic_legacy_ws.connections(app))

    run(scenario())


def test_stop(app, mode, run):
    """A stop in the middle closes what is open, with the code of Sanic or of an ASGI server."""

    async def scenario():
        async with serve(app, mode=mode) as server, server.connect("/echo") as ws:
            await server.stop()
            await ws.wait_closed()
            assert ws.close_code == (1001 if mode == "native" else 1012)

    run(scenario())


def test_again(app, mode, run, seen):
    """An app is served as often as wanted, in as many loops, each time with its config of then."""

    async def scenario(limit):
        app.config.WEBSOCKET_MAX_SIZE = limit
        for _ in range(2):
            async with serve(app, mode=mode) as server, server.connect("/echo") as ws:
                await ws.send("x" * 200)
                if limit < 200:
                    await ws.wait_closed()
                    assert ws.close_code == 1009
                else:
                    assert await ws.recv() == "x" * 200

    run(scenario(100))
    run(scenario(1000))
    assert [name for name in seen if isinstance(name, str)] == LISTENERS * 4


def test_routes_may_be_added_between(app, mode, run):
    """When it has stopped, an app is as one that never ran."""

    async def scenario(path):
        async with serve(app, mode=mode) as server, server.connect(path):
            pass

    run(scenario("/echo"))

    @app.websocket("/later")
    async def later(request, ws):
        pass

    run(scenario("/later"))


def test_not_twice_at_once(app, mode, run):
    """Sanic would mix the two up."""

    async def scenario():
        async with serve(app, mode=mode):
            with pytest.raises(RuntimeError, match="being served already"):
                async with serve(app, mode=mode):
                    pytest.fail("served")

    run(scenario())


def test_listener_fails(app, mode, run, seen):
    """Its text comes out, nothing is left behind, and the app can be served when it is mended."""
    broken = []

    @app.listener("before_server_start")
    async def breaks(app, *loop):
        if broken:
            raise LookupError("no database")

    async def scenario():
        async with serve(app, mode=mode):
            seen.append("served")

    broken.append(True)
    with pytest.raises((LookupError, RuntimeError), match="no database"):
        run(scenario())
    assert "served" not in seen
    broken.clear()
    run(scenario())
    assert "served" in seen


def test_unknown_mode(app, run):
    """It is named, with what there is."""

    async def scenario():
        async with serve(app, mode="http"):
            pytest.fail("served")

    with pytest.raises(ValueError, match='must be "native" or "asgi", not \'http\''):
        run(scenario())


def test_own_protocol(app, run):
    """The native mode takes what `app.run(protocol=...)` would."""
    made = []

    class Protocol(WebSocketProtocol):
        async def websocket_handshake(self, request, subprotocols=None):
            made.append(request.path)
            return await super().websocket_handshake(request, subprotocols)

    async def scenario():
        async with serve(app, protocol=Protocol) as server, server.connect("/echo"):
            pass

    run(scenario())
    assert made == ["/echo"]


def test_port(app, run):
    """The native mode listens on a port of this machine as long as it serves; ASGI on none."""

    async def scenario():
        async with serve(app) as server:
            port = server.port
            socket.create_connection(("127.0.0.1", port), 5).close()
        with pytest.raises(OSError, match="refused"):
            socket.create_connection(("127.0.0.1", port), 5)
        async with serve(app, mode="asgi") as server:
            assert server.port is None

    run(scenario())


def test_switches_are_put_back(app, mode, run, monkeypatch):
    """Sanic's test mode and its own ASGI WebSocket are again what they were."""
    monkeypatch.setattr(Sanic, "test_mode", False)  # sanic-testing may have left it on

    async def scenario():
        async with serve(app, mode=mode):
            assert asgi_installed() is (mode == "asgi" or EARLY)

    run(scenario())
    assert Sanic.test_mode is False
    assert asgi_installed() is EARLY


def test_loop(app, mode, run, seen):
    """`app.loop` is there for listeners and handlers, as under `app.run`."""

    @app.listener("before_server_start")
    async def start(app, *loop):
        seen.append(app.loop)

    async def scenario():
        async with serve(app, mode=mode):
            assert seen[1] is app.loop is asyncio.get_event_loop()

    run(scenario())


@pytest.mark.skipif(not EARLY, reason="since 21.6 the switch works at any time")
def test_asgi_needs_install(app, run):
    """Where it would come too late, that is said."""
    sanic_legacy_ws.uninstall()

    async def scenario():
        async with serve(app, mode="asgi"):
            pytest.fail("served")

    with pytest.raises(RuntimeError, match=r"call install\(\) before"):
        run(scenario())


def test_background_tasks_end(app, mode, run, seen):
    """What the app started with `add_task` and a name is over when the block is."""
    if not hasattr(app, "tasks"):
        pytest.skip("this Sanic does not keep its tasks")

    async def tick():
        seen.append("tick began")
        try:
            await asyncio.sleep(60)
        finally:
            seen.append("tick ended")

    @app.listener("after_server_start")
    async def start(app, *loop):
        app.add_task(tick(), name="tick")

    async def scenario():
        async with serve(app, mode=mode):
            await until(lambda: "tick began" in seen)

    run(scenario())
    assert "tick ended" in seen
