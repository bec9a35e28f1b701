"""examples/socketio: python-socketio's client against its server, on Sanic with our protocol."""

from __future__ import annotations

import asyncio
import contextlib
import json
import urllib.request

import pytest

from tests.examples.support import example, needs, newest_only
from tests.support import RawClient
from tests.support.waiting import eventually, until

pytestmark = [newest_only, needs("socketio", "aiohttp")]


@pytest.fixture(scope="module")
def server():
    with contextlib.closing(example("socketio", access_log=True)) as server:
        yield server.start()


async def connected(server, *transports):
    """A client that is connected by these transports."""
    import socketio

    client = socketio.AsyncClient(reconnection=False)
    url = f"http://127.0.0.1:{server.port}"
    await client.connect(url, transports=list(transports), wait_timeout=10)
    return client


def transports(server):
    with urllib.request.urlopen(f"http://127.0.0.1:{server.port}/transports", timeout=5) as answer:
        return json.load(answer)


def await_websocket(server, sid):
    eventually(lambda: transports(server).get(sid) == "websocket")


def run(scenario):
    asyncio.run(asyncio.wait_for(scenario, 60))


@pytest.mark.parametrize(
    "asked", [["websocket"], ["polling", "websocket"]], ids=["straight", "upgrade"]
)
def test_transport(server, asked):
    """A client that wants a WebSocket gets one, at once or after an upgrade from polling."""

    async def scenario():
        client = await connected(server, *asked)
        try:
            sid = client.get_sid()
            loop = asyncio.get_running_loop()
            await loop.run_in_executor(None, await_websocket, server, sid)
            assert await client.call("say", "x", timeout=10) == 1
            assert await client.call("say", "y", timeout=10) == 2
        finally:
            await client.disconnect()

    run(scenario())


def test_events_and_binary(server):
    """One client hears the other; binary data goes there and back."""

    async def scenario():
        ann = await connected(server, "websocket")
        bob = await connected(server, "polling", "websocket")
        heard = []
        bob.on("said", heard.append)
        try:
            for n in range(20):
                await ann.emit("say", str(n))
            await until(lambda: len(heard) == 20)
            assert heard == [str(n) for n in range(20)]
            data = {"bytes": bytes(range(256)) * 1000, "n": 1}
            assert await bob.call("echo", data, timeout=10) == data
        finally:
            await ann.disconnect()
            await bob.disconnect()

    run(scenario())


def test_disconnect_by_the_server(server):
    """The server ends a connection, and the client learns of it."""

    async def scenario():
        client = await connected(server, "websocket")
        gone = []
        client.on("disconnect", lambda *_: gone.append(True))
        await client.emit("leave")
        await until(lambda: gone)
        assert not client.connected

    run(scenario())


def test_beside_plain_websockets(server):
    """Plain WebSockets work on the same port, and nothing of all this was an error."""
    with RawClient(server) as client:
        client.handshake("/plain")
        client.send_text("x")
        assert client.receive_message() == "x"
        client.close()
    assert "Traceback" not in server.log
    assert "ERROR" not in server.log
