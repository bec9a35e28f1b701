"""The examples of guests and the how-to that shows them: each is run as it stands."""

from __future__ import annotations

import os
import re
from difflib import unified_diff
from importlib.util import find_spec
from pathlib import Path

import pytest

from tests.support import RawClient, running, sanic_version, websockets_version
from tests.support.client import BINARY, CLOSE
from tests.support.server import APPS

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "examples" / "guests"
PAGE = ROOT / "docs" / "how-to" / "bring-your-own-framework.md"


def example(module, protocol, needs="sanic"):
    """A running example, with this checkout or the installed package."""
    if find_spec(needs) is None:
        pytest.skip(f"{needs} is not installed")
    path = [str(EXAMPLES), str(APPS), str(ROOT)]
    return running(module, protocol=protocol, env={"PYTHONPATH": os.pathsep.join(path)})


def talk(started, path, message, answer):
    """Say `message`, hear `answer`, close."""
    with RawClient(started) as client:
        client.handshake(path)
        client.send_text(message)
        assert client.receive_message() == answer
        assert client.close(1000).close_code == 1000


def test_minimal():
    """The minimal guest is short, imports nothing but what is public, and works."""
    lines = (EXAMPLES / "minimal.py").read_text().splitlines()
    assert len([line for line in lines if line.strip()]) <= 32
    ours = [line for line in lines if "sanic_legacy_ws" in line]
    assert ours == ["from sanic_legacy_ws.guests import GuestProtocol"]
    with example("minimal", "minimal:MessagesProtocol", "wsproto") as started:
        talk(started, "/echo", "hello", "hello")


def test_websockets_legacy():
    """websockets' own connection echoes, HTTP beside it."""
    protocol = "sanic_legacy_ws.guests.websockets_legacy:WebsocketsLegacyProtocol"
    with example("websockets_legacy", protocol) as started:
        talk(started, "/echo", "hello", "hello")
        with RawClient(started) as client:
            assert client.request("/").body.startswith(b"HTTP is served")


@pytest.mark.skipif(websockets_version < (13,), reason="websockets.asyncio came with 13.0")
def test_websockets_asyncio():
    """websockets' current connection echoes, and knows the request; HTTP beside it."""
    protocol = "sanic_legacy_ws.guests.websockets_asyncio:WebsocketsAsyncioProtocol"
    with example("websockets_app", protocol) as started:
        talk(started, "/echo", "hello", "hello")
        with RawClient(started) as client:
            client.handshake("/who?a=b")
            assert client.receive_message() == "/who?a=b from localhost"
        with RawClient(started) as client:
            assert client.request("/").body.startswith(b"HTTP is served")


def test_wsproto():
    """wsproto's messages and events work, HTTP beside them."""
    protocol = "sanic_legacy_ws.guests.wsproto:WsprotoProtocol"
    with example("wsproto_app", protocol, "wsproto") as started:
        talk(started, "/echo", "hello", "hello")
        talk(started, "/events", "hello", "5")
        with RawClient(started) as client:
            assert client.request("/").body.startswith(b"HTTP is served")


def test_picows():
    """One route is picows', the other has this package's connection."""
    with example("picows_app", "sanic_legacy_ws:WebSocketProtocol", "picows") as started:
        talk(started, "/fast", "hello", "hello")
        talk(started, "/echo", "hello", "hello")
        with RawClient(started) as client:
            assert client.request("/").body.startswith(b"HTTP is served")
        with RawClient(started) as client:
            client.handshake("/fast")
            client.send_frame(BINARY, b"whole", fin=False)
            frame = client.receive_frame()
            assert (frame.opcode, frame.payload) == (BINARY, b"whole")


@pytest.mark.skipif(sanic_version < (21, 9), reason="Sanic calls end_connection since 21.9")
def test_own_protocol_before():
    """Without `wrap`, Sanic looks for a method that nobody but its own object has."""
    with example("own_protocol_before", "own_protocol_before:OwnProtocol", "wsproto") as started:
        with RawClient(started) as client:
            client.handshake("/shout")
            client.receive_message()
            client.send_close(1000)
        started.wait_log("'Socket' object has no attribute 'end_connection'")


def test_own_protocol_difference():
    """The cure is an import and a word."""
    before, after = (
        (EXAMPLES / name).read_text().splitlines()
        for name in ("own_protocol_before.py", "own_protocol.py")
    )
    changed = [line for line in unified_diff(before, after, n=0) if re.match(r"[+-][^+-]", line)]
    assert [line[1:].strip() for line in changed] == [
        "from sanic_legacy_ws.guests import wrap",
        "self.websocket = Socket(self.transport)",
        "self.websocket = wrap(Socket(self.transport))",
    ]


@pytest.mark.skipif(sanic_version < (21, 3), reason="it has another HttpProtocol, without send")
def test_own_protocol():
    """A protocol class that returns `wrap(...)` has its handlers end without an AttributeError."""
    with example("own_protocol", "own_protocol:OwnProtocol", "wsproto") as started:
        with RawClient(started) as client:
            client.handshake("/shout")
            assert client.receive_message() == "say something"
            client.send_text("hello")
            assert client.receive_message() == "HELLO"
            client.send_close(1000)
            assert client.receive_frame().opcode == CLOSE
            client.receive_end()
        assert started.stop() == 0
        assert "AttributeError" not in started.log


def test_page_shows_the_examples():
    """The how-to includes each of the examples."""
    shown = re.findall(r"<!-- example (\S+):", PAGE.read_text())
    assert sorted(ROOT / path for path in shown) == sorted(EXAMPLES.glob("*.py"))
