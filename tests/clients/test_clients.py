"""Clients that people use, against a server with this package."""

from __future__ import annotations

import asyncio
import importlib.util
import json
import shutil
import subprocess
from pathlib import Path

import pytest

from tests.support import websockets_version

HERE = Path(__file__).resolve().parent

MESSAGES = ["one", "", "h\u00e9 \U0001f600", b"", bytes(range(256)) * 4, "x" * 100_000]


def needs(module):
    missing = importlib.util.find_spec(module) is None
    return pytest.mark.skipif(missing, reason=f"{module} is not installed")


@pytest.fixture(params=[None, "deflate"], ids=["plain", "deflate"])
def clients_server(server, request):
    """The server, without and with permessage-deflate."""
    config = {"WEBSOCKET_COMPRESSION": request.param} if request.param else {}
    return server("clients", config=config)


def url(server, path=""):
    return f"ws://127.0.0.1:{server.port}{path}"


def run(scenario):
    asyncio.run(asyncio.wait_for(scenario, 30))


def saw_close(server, name):
    """The code and reason with which the server saw this client close."""
    event = server.wait_event("closed", name=name)
    return event["code"], event["reason"]


def name_of(server, client):
    return f"{client}{'-deflate' if server.config else ''}"


@pytest.mark.skipif(websockets_version < (13,), reason="websockets.asyncio came with websockets 13")
def test_websockets_asyncio(clients_server):
    """The asyncio client of the websockets library."""
    from websockets.asyncio.client import connect
    from websockets.exceptions import ConnectionClosedError

    name = name_of(clients_server, "asyncio")

    async def scenario():
        async with connect(url(clients_server, f"/echo?name={name}")) as ws:
            for message in MESSAGES:
                await ws.send(message)
                assert await ws.recv() == message
            await ws.send(["a", "b", "c"])
            assert await ws.recv() == "abc"
            await (await ws.ping())
            await ws.close(4002, "enough")
        async with connect(url(clients_server, "/fragments")) as ws:
            assert await ws.recv() == "fr\u00e4gments"
            assert await ws.recv() == b"\x00" + b"\x01" * 70000
        async with connect(url(clients_server, "/ping")) as ws:
            assert await ws.recv() == "pong"
        async with connect(url(clients_server, "/close")) as ws:
            with pytest.raises(ConnectionClosedError) as closed:
                await ws.recv()
            assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "by\u00e9")
        async with connect(url(clients_server, "/subprotocol"), subprotocols=["a", "b"]) as ws:
            assert (ws.subprotocol, await ws.recv()) == ("a", "a")

    run(scenario())
    assert saw_close(clients_server, name) == (4002, "enough")


@pytest.mark.skipif(websockets_version < (11,), reason="websockets.sync came with websockets 11")
def test_websockets_sync(clients_server):
    """The threading client of the websockets library."""
    from websockets.exceptions import ConnectionClosedError
    from websockets.sync.client import connect

    name = name_of(clients_server, "sync")
    with connect(url(clients_server, f"/echo?name={name}")) as ws:
        for message in MESSAGES:
            ws.send(message)
            assert ws.recv(timeout=10) == message
        ws.send([b"a", b"b", b"c"])
        assert ws.recv(timeout=10) == b"abc"
        assert ws.ping().wait(10)
        ws.close(4003, "enough")
    with connect(url(clients_server, "/fragments")) as ws:
        assert list(ws.recv_streaming()) == ["fr\u00e4g", "", "men", "ts", ""]
        assert ws.recv(timeout=10) == b"\x00" + b"\x01" * 70000
    with connect(url(clients_server, "/ping")) as ws:
        assert ws.recv(timeout=10) == "pong"
    with connect(url(clients_server, "/close")) as ws:
        with pytest.raises(ConnectionClosedError) as closed:
            ws.recv(timeout=10)
        assert (closed.value.rcvd.code, closed.value.rcvd.reason) == (4001, "by\u00e9")
    assert saw_close(clients_server, name) == (4003, "enough")


@needs("aiohttp")
def test_aiohttp(clients_server):
    """aiohttp's client."""
    import aiohttp

    compress = 15 if clients_server.config else 0
    name = name_of(clients_server, "aiohttp")

    async def scenario():
        base = f"http://127.0.0.1:{clients_server.port}"
        async with aiohttp.ClientSession(base) as session:
            async with session.ws_connect(f"/echo?name={name}", compress=compress) as ws:
                assert bool(ws.compress) == bool(clients_server.config)
                for message in MESSAGES:
                    await (ws.send_str if isinstance(message, str) else ws.send_bytes)(message)
                    assert (await ws.receive()).data == message
                await ws.ping(b"x")
                await ws.close(code=4004, message=b"enough")
            async with session.ws_connect("/fragments", compress=compress) as ws:
                assert await ws.receive_str() == "fr\u00e4gments"
                assert await ws.receive_bytes() == b"\x00" + b"\x01" * 70000
            async with session.ws_connect("/ping", compress=compress) as ws:
                assert await ws.receive_str() == "pong"
            async with session.ws_connect("/close", compress=compress) as ws:
                closed = await ws.receive()
                assert (closed.type, closed.data) == (aiohttp.WSMsgType.CLOSE, 4001)
                assert closed.extra == "by\u00e9"
            async with session.ws_connect("/subprotocol", protocols=["a", "b"]) as ws:
                assert (ws.protocol, await ws.receive_str()) == ("a", "a")

    run(scenario())
    assert saw_close(clients_server, name) == (4004, "enough")


@pytest.fixture(scope="session")
def node_modules(tmp_path_factory):
    """A folder with node's `ws`, as package.json pins it."""
    if shutil.which("npm") is None or shutil.which("node") is None:
        pytest.skip("node and npm are not installed")
    folder = tmp_path_factory.mktemp("node")
    for name in ("package.json", "client.mjs"):
        shutil.copy(str(HERE / name), str(folder))
    command = ["npm", "install", "--no-audit", "--no-fund", "--no-package-lock"]
    done = subprocess.run(command, cwd=str(folder), timeout=180, stdout=subprocess.PIPE,
                          stderr=subprocess.STDOUT)  # fmt: skip
    if done.returncode:
        pytest.skip("npm cannot install ws: " + done.stdout.decode()[-300:])
    return folder


def test_node_ws(clients_server, node_modules):
    """node's ws, the client of most servers that are not browsers."""
    name = name_of(clients_server, "node")
    deflate = json.dumps(bool(clients_server.config))
    done = subprocess.run(
        ["node", "client.mjs", url(clients_server), name, deflate],
        cwd=str(node_modules),
        timeout=60,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
    )
    assert done.returncode == 0, done.stdout.decode()
    assert saw_close(clients_server, name) == (4005, "enough")
