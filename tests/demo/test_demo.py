"""The demo: a chat written for Sanic 20.12, on the Sanic that is installed."""

from __future__ import annotations

import json
import re
import socket
import subprocess
import sys
import urllib.request
from urllib.parse import quote

import pytest

from tests.support import RawClient, running
from tests.support.browser import Browser, find_chromium
from tests.support.versions import EVERYTHING
from tests.support.waiting import eventually

APP = "sanic_legacy_ws.demo.app"

in_chromium = pytest.mark.skipif(
    not EVERYTHING or find_chromium() is None,
    reason="in Chromium on the oldest and the newest Sanic, where it is installed",
)


@pytest.fixture
def demo(server):
    return server(APP, way="install", single_process=True)


def join(demo, name):
    """A client in the chat under this name, with its own arrival read."""
    client = connect(demo)
    client.handshake(f"/chat?name={quote(name)}")
    read(client, "joined", name=name)
    return client


def connect(target):
    """A client, as soon as the server listens."""
    eventually(lambda: not isinstance(target, tuple) or listening(target))
    return RawClient(target)


def listening(address):
    with socket.socket() as sock:
        return sock.connect_ex(address) == 0


def read(client, kind, **fields):
    """The next event of this kind with these fields; others are passed over."""
    while True:
        frame = client.receive_frame()
        if frame.opcode == 9:
            client.send_frame(10, frame.payload)
            continue
        assert frame.opcode == 1, frame
        event = json.loads(frame.payload)
        if event["type"] == kind and all(event[k] == v for k, v in fields.items()):
            return event


def read_close(client):
    """The server's close frame; what comes before it is passed over."""
    frame = client.receive_frame()
    while frame.opcode != 8:
        frame = client.receive_frame()
    return frame


def get(url, body=None):
    headers = {"Content-Type": "application/json"}
    data = None if body is None else json.dumps(body).encode()
    request = urllib.request.Request(url, data=data, headers=headers)
    with urllib.request.urlopen(request, timeout=10) as answer:
        return json.load(answer)


def test_chat(demo):
    """What one says, the other reads."""
    with join(demo, "ann") as ann, join(demo, "bob") as bob:
        ann.send_text('{"type": "say", "text": "h\\u00e9"}')
        assert read(bob, "said", name="ann")["text"] == "hé"


def test_page_is_served(demo):
    """The page is there, and finds the chat beside itself."""
    with RawClient(demo) as client:
        page = client.request("/", headers=[("Connection", "close")])
    assert page.header("content-type").startswith("text/html")
    assert b"/chat" in page.body


def test_history(demo):
    """Who comes later reads what was said before."""
    with join(demo, "early") as early:
        early.send_text('{"type": "say", "text": "first"}')
        read(early, "said", name="early")
    with RawClient(demo) as late:
        late.handshake("/chat?name=late")
        assert read(late, "said", name="early")["text"] == "first"


def test_rest(demo):
    """What is posted over HTTP is read over WebSocket, and HTTP tells who is there."""
    url = f"http://127.0.0.1:{demo.port}/api"
    with join(demo, "rest reader") as reader:
        assert "rest reader" in get(url + "/status")["names"]
        assert get(url + "/messages", {"text": "posted"})["readers"] >= 1
        assert read(reader, "said", name="REST")["text"] == "posted"
    assert get(url + "/messages")[-1]["text"] == "posted"


@pytest.mark.parametrize(
    ("ask", "code", "reason"),
    [
        ({"type": "close", "code": 1000, "reason": "goodbye"}, 1000, "goodbye"),
        ({"type": "close", "code": 4001, "reason": "later"}, 4001, "later"),
        ({"type": "fail"}, 1011, ""),
        ({"type": "say", "text": "x" * 70000}, 1009, None),
    ],
    ids=["close", "own-code", "handler-raises", "too-big"],
)
def test_server_closes(demo, ask, code, reason):
    """Each way of ending gives its close code."""
    with join(demo, "leaver") as leaver:
        leaver.send_text(json.dumps(ask))
        frame = read_close(leaver)
        assert frame.close_code == code
        assert reason is None or frame.close_reason == reason


@pytest.mark.parametrize("path", ["/chat", "/clock"])
@pytest.mark.parametrize("text", ["hello", "{}", "[1]"])
def test_what_the_page_never_sends(demo, path, text):
    """It is refused with a code of its own, not as a fault of the server."""
    with connect(demo) as client:
        client.handshake(path)
        client.send_text(text)
        frames = iter(client.receive_frame, None)
        assert next(frame for frame in frames if frame.opcode == 8).close_code == 1008


def test_others_learn_the_close_code(demo):
    """When one leaves, the others are told code and reason."""
    with join(demo, "stayer") as stayer:
        with join(demo, "goer") as goer:
            goer.send_close(4002, "enough")
            assert read_close(goer).close_code == 4002
        left = read(stayer, "left", name="goer")
        assert (left["code"], left["reason"]) == (4002, "enough")


@pytest.mark.parametrize(("goodbye", "told"), [(True, False), (False, True)])
def test_who_did_not_say_goodbye(demo, goodbye, told):
    """The log names who left without a close frame, and nobody else."""
    name = f"leaves-{goodbye}"
    with join(demo, "stays") as stayer:
        with join(demo, name) as goer:
            if goodbye:
                goer.send_text('{"type": "close", "code": 4001, "reason": ""}')
                read_close(goer)
                goer.send_close(4001)
        read(stayer, "left", name=name)
    assert (f"{name} did not say goodbye" in demo.log) is told


def test_latency(demo):
    """The handler measures its ping."""
    with join(demo, "pinged") as client:
        assert read(client, "latency")["ms"] > 0


def test_clock(demo):
    """A recv that times out, again and again, costs nothing: the next message arrives."""
    with RawClient(demo) as client:
        client.handshake("/clock")
        client.send_text("0.1")
        for _ in range(5):
            assert len(client.receive_message()) == len("12:00:00")
        client.send_close(1000)
        assert read_close(client).close_code == 1000


@in_chromium
def test_page(demo):
    """Two pages talk to each other; one asks to be closed, shows the code and comes back."""
    with Browser() as browser:
        one, two = (browser.open(f"http://127.0.0.1:{demo.port}/") for _ in "12")
        for page in (one, two):
            page.wait("document.querySelector('#state').textContent === 'open'")
        one.evaluate("text.value = 'from one page'; document.querySelector('#say button').click()")
        two.wait("log.innerText.includes('from one page')")
        two.evaluate("document.querySelector('[data-code=\"4001\"]').click()")
        two.wait("closes.innerText.includes('4001')")
        two.wait("document.querySelector('#state').textContent === 'open'")
        two.wait("Number(latency.textContent) > 0")
        assert one.errors == two.errors == []


def test_several_workers():
    """The command line brings `sanic.websocket` back in every worker."""
    with running(APP, way="cli", workers=2) as server:
        with join(server, "ann") as ann:
            ann.send_text('{"type": "close", "code": 4001, "reason": ""}')
            assert read_close(ann).close_code == 4001
        assert server.stop() == 0


def test_command():
    """The command serves the demo, says where when it does, and ends by SIGTERM with 0."""
    command = [sys.executable, "-m", "sanic_legacy_ws", "demo", "--port", "0"]
    process = subprocess.Popen(command, stdout=subprocess.PIPE)
    try:
        said = (
            re.match(rb"The demo is at http://127\.0\.0\.1:(\d+)/", line) for line in process.stdout
        )
        port = int(next(filter(None, said))[1])
        with RawClient(("127.0.0.1", port)) as first:
            assert first.request("/", headers=[("Connection", "close")]).status == 200
        with join(("127.0.0.1", port), "ann") as ann:
            read(ann, "latency")
            process.terminate()
            assert read_close(ann).close_code == 1001
        process.communicate(timeout=15)
        assert process.returncode == 0
    finally:
        process.kill()
        process.communicate()


def demo_ends(*arguments):
    """What the command prints, where it cannot serve."""
    command = [sys.executable, "-m", "sanic_legacy_ws", "demo", *arguments]
    done = subprocess.run(command, capture_output=True, timeout=30)
    assert (done.returncode, done.stdout) == (1, b"")
    return done.stderr.decode()


def test_port_taken():
    """One line names the option, nothing else is printed, the exit code is 1."""
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        says = demo_ends("--port", str(port))
    assert says.startswith(f"sanic-legacy-ws demo: --port {port} cannot be used: ")
    assert says.count("\n") == 1


@pytest.mark.parametrize(
    ("option", "value"),
    [("--port", "99999"), ("--port", "many"), ("--host", "300.1.1.1"), ("--host", "192.0.2.1")],
)
def test_bad_address(option, value):
    """A host or a port that cannot be used is named in one line."""
    says = demo_ends(option, value)
    assert says.startswith(f"sanic-legacy-ws demo: {option} {value} ")
    assert says.count("\n") == 1
