"""The servers and the client that the rest of the suite stands on do what they say."""

from __future__ import annotations

import asyncio
import json
import os
import signal
import socket
import struct
import subprocess
import sys
from pathlib import Path

import pytest

from tests.support import Frame, RawClient, ServerFailedError, running
from tests.support.client import BINARY, CLOSE, TEXT, encode_frame
from tests.support.ports import free_port
from tests.support.waiting import eventually, until

ROOT = Path(__file__).resolve().parent.parent


def get(server, path="/"):
    with RawClient(server) as client:
        return client.request(path, headers=[("Connection", "close")])


def test_http_over_a_shared_server(server):
    """One server answers all tests that ask for the same app and options."""
    shared = server("basic", way="stock")
    assert shared is server("basic", way="stock")
    assert get(shared).body == b"hello"


def test_tls(server, certificate):
    """The certificate is trusted by the client and good enough for every Sanic."""
    assert get(server("basic", way="stock", tls=certificate)).body == b"hello"


def test_unix_socket(server):
    """A server on a socket file is reached through the same client."""
    assert get(server("basic", way="stock", unix=True)).body == b"hello"


@pytest.mark.parametrize("loop", ["uvloop", "asyncio"])
def test_event_loop(server, loop):
    """The server runs on the event loop that was asked for."""
    assert get(server("basic", way="stock", loop=loop), "/loop").body.startswith(loop.encode())


def test_two_workers_stop_cleanly():
    """With two workers the server is ready when both are, and SIGTERM ends it with 0."""
    with running("basic", way="stock", workers=2) as started:
        assert started.log.count("Starting worker [") >= 2
        assert get(started).status == 200
        assert started.stop() == 0, started.log


@pytest.mark.parametrize("way", ["stock", "cli"])
def test_ends_of_a_process(way):
    """Its exit code, or the signal that ended it, is told once and again, forked or not."""
    with running("basic", way=way) as stopped, running("basic", way=way) as killed:
        assert stopped.stop() == 0, stopped.log
        assert not stopped.alive
        assert stopped.kill() == 0
        assert killed.stop(signal.SIGKILL) == -signal.SIGKILL
        assert killed.kill() == -signal.SIGKILL


def test_a_fork_has_its_own_environment():
    """The environment is the one that was asked for, not that of an earlier server."""
    with running("basic", way="stock", env={"SLW_PROBE": "1"}) as first:
        assert json.loads(get(first, "/environment").body)["SLW_PROBE"] == "1"
        assert os.getsid(first.pid) == first.pid
        with running("basic", way="stock") as second:
            assert "SLW_PROBE" not in json.loads(get(second, "/environment").body)


def test_config_reaches_the_app(server):
    """Values of config, None too, are in app.config."""
    started = server("basic", way="stock", config={"WEBSOCKET_PING_INTERVAL": None})
    assert get(started, "/config?name=WEBSOCKET_PING_INTERVAL").body == b"null"


def test_a_server_that_cannot_start_says_why():
    """The error of a failed start holds the server's log."""
    with pytest.raises(ServerFailedError, match="no_such_module"), running("no_such_module"):
        pytest.fail("started")


def test_events_are_read_while_the_server_runs(server):
    """What a handler reports is found by name and fields."""
    started = server("basic", way="stock")
    get(started, "/report?key=one")
    get(started, "/report?key=two")
    assert started.wait_event("seen", key="two")["key"] == "two"
    assert len(started.events("seen", key="one")) == 1


def test_encode_frame_gives_the_examples_of_the_rfc():
    """RFC 6455 section 5.7: a masked and an unmasked "Hello"."""
    assert encode_frame(TEXT, b"Hello") == bytes.fromhex("818537fa213d7f9f4d5158")
    assert encode_frame(TEXT, b"Hello", mask=None) == b"\x81\x05Hello"
    assert encode_frame(BINARY, b"x" * 256, mask=None)[:4] == b"\x82\x7e\x01\x00"


@pytest.fixture
def pair():
    """A client, and the other end of its connection as a bare socket."""
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        client = RawClient(listener.getsockname(), timeout=5)
        peer, _ = listener.accept()
        peer.settimeout(5)
    with client, peer:
        yield client, peer


def test_client_parses_frames_cut_anywhere(pair):
    """Frames are whole however the bytes arrive; masks are removed and told."""
    client, peer = pair
    peer.sendall(b"\x01\x02a")
    peer.sendall(b"b\x80\x01c\x88\x05\x0f\xa1bye" + encode_frame(BINARY, b"x" * 70000))
    assert client.receive_message() == "abc"
    closing = client.receive_close()
    assert (closing.close_code, closing.close_reason) == (4001, "bye")
    assert client.receive_frame() == Frame(BINARY, b"x" * 70000, masked=True)


def test_client_tells_the_ends_apart(pair):
    """A clean end, a reset and silence are three different outcomes."""
    client, peer = pair
    with pytest.raises(TimeoutError):
        client.receive_frame(timeout=0.05)
    peer.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    peer.close()
    assert client.receive_end() == "reset"


def test_client_abort(pair):
    """abort resets the connection."""
    client, peer = pair
    client.abort()
    with pytest.raises(ConnectionResetError):
        peer.recv(1)


def test_client_half_close(pair):
    """After half_close the client still receives."""
    client, peer = pair
    client.half_close()
    assert peer.recv(1) == b""
    peer.sendall(b"\x88\x00")
    assert client.receive_frame() == Frame(CLOSE)


def test_waiting_for_a_condition():
    """Its value comes back once it is true, on a loop and without one."""
    looks = iter([0, None, "there", 0, "there"])
    assert eventually(lambda: next(looks), every=0) == "there"
    assert asyncio.run(until(lambda: next(looks))) == "there"


def test_waiting_in_vain():
    """The error has the last value, or is the caller's own."""
    with pytest.raises(AssertionError, match="still 0 after 0"):
        eventually(lambda: 0, timeout=0)
    with pytest.raises(AssertionError, match="still None after 0"):
        asyncio.run(until(lambda: None, timeout=0))
    with pytest.raises(KeyError, match="0"):
        eventually(lambda: 0, timeout=0, error=KeyError)


def test_ports_are_claimed():
    """A port that is taken here, though nobody listens on it yet, is free nowhere else."""
    port = free_port()
    code = "from tests.support import ports\n"
    code += f"ports.PORTS = [{port}] * 900 + list(range(15000, 15100))\n"
    code += "print([ports.free_port() for _ in range(3)])"
    done = subprocess.run([sys.executable, "-c", code], cwd=ROOT, capture_output=True, timeout=60)
    assert port not in json.loads(done.stdout)
