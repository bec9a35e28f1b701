"""Each mutant of Sanic serves as Sanic does, or this package says what it lacks."""

from __future__ import annotations

import contextlib
import os
import re

import pytest

from tests.support import RawClient, Server, ServerFailedError, sanic_version
from tests.support.asgi import AsgiServer
from tests.support.client import TEXT, encode_frame
from tests.support.server import SUPPORT

from .mutants import ASGI, CLEAR, ERROR, MUTANTS, NOTHING, WARNING

pytestmark = [
    pytest.mark.slow,
    pytest.mark.skipif(sanic_version < (25, 12), reason="the mutants are of Sanic 25.12"),
]

APP = "tests.mutations.app"
ROOT = SUPPORT.parent.parent
TOLD = re.compile(r"Sanic \S+: .* is not there \(in 25\.12: .*\), so .*")
BOUND = 4.0  # seconds: how long what a mutant keeps back is waited for


def what(action):
    """What an action gives, or how it fails."""
    try:
        return action()
    except (OSError, EOFError, AssertionError, ServerFailedError, UnicodeDecodeError) as exc:
        return type(exc).__name__


def visit(server, path, *messages, extra=b""):
    """The answers to messages, each read as one frame, and the close code."""
    with RawClient(server, timeout=BOUND) as client:
        client.handshake(path, extra=extra)
        for message in messages:
            client.send_text(message)
        frame = client.receive_frame()
        return frame.close_code if frame.opcode == 8 else frame.payload


def closes(server, path, *messages):
    """The code of a closing handshake that the peer begins, and that the app does."""
    with RawClient(server, timeout=BOUND) as client:
        client.handshake(path)
        for message in messages:
            client.send_text(message)
        return client.close(4000).close_code


def lets_go(server):
    """Whether the handler of a peer that is gone is cancelled."""
    with RawClient(server, timeout=BOUND) as client:
        client.handshake("/busy")
    return server.wait_event("cancelled", BOUND)["event"]


def stops(server):
    """The code that a stop closes with, and the exit code."""
    with RawClient(server, timeout=BOUND) as client:
        client.handshake("/echo")
        client.send_text("there")
        client.receive_message()
        server.send_signal()
        frame = client.receive_close()
        client.send_close(frame.close_code)
        return frame.close_code, server.wait(10)


def http(server):
    with RawClient(server, timeout=BOUND) as client:
        return client.request("/", headers=[("Connection", "close")]).body


def missing_route(server):
    with RawClient(server, timeout=BOUND) as client:
        return client.upgrade("/nowhere").status


@contextlib.contextmanager
def started(server):
    try:
        yield server.start()
    finally:
        server.close()


def native(path):
    """What Sanic's own server does with this package, and its log."""
    server = Server(APP, way="install", path=path, config={"WEBSOCKET_TIMEOUT": 1})
    try:
        with started(server):
            found = {
                "http": what(lambda: http(server)),
                "echo": what(lambda: visit(server, "/echo", "hello")),
                "with the upgrade": what(
                    lambda: visit(server, "/echo", extra=encode_frame(TEXT, b"early"))
                ),
                "close": what(lambda: closes(server, "/echo")),
                "failure": what(lambda: visit(server, "/fail", "now")),
                "class": what(lambda: visit(server, "/class")),
                "guest": what(lambda: visit(server, "/guest")),
                "no route": what(lambda: missing_route(server)),
                "gone": what(lambda: lets_go(server)),
                "stop": what(lambda: stops(server)),
            }
            return found, server.log
    except ServerFailedError as exc:
        return {"start": "failed"}, str(exc)


def wrong_setting(path):
    """Whether a setting that cannot be used stops the start."""
    config = {"WEBSOCKET_MAX_QUEUE": "many"}
    server = Server(APP, way="protocol", path=path, config=config)
    try:
        with started(server):
            return "served"
    except ServerFailedError as exc:
        return "WEBSOCKET_MAX_QUEUE" in str(exc)


def asgi(path):
    """The same by ASGI."""
    server = AsgiServer(APP, "hypercorn", path=path)
    try:
        with started(server):
            return {
                "ASGI echo": what(lambda: visit(server, "/echo", "hello")),
                "ASGI failure": what(lambda: visit(server, "/fail", "now")),
                "ASGI no route": what(lambda: missing_route(server)),
            }
    except ServerFailedError:
        return {"ASGI": "failed"}


def behaviour(*path):
    """All that is tried, and the log of the start."""
    found, log = native([*path, ROOT])
    found["wrong setting"] = wrong_setting([*path, ROOT])
    return {**found, **asgi([*path, ROOT])}, log


def how_told(log):
    """In which way a log tells what is lacking."""
    if "UnknownSanicError: this package cannot serve on Sanic 25.12" in log:
        return ERROR
    if "under ASGI, Sanic's own connection serves" in log:
        return ASGI
    if TOLD.search(log):
        return WARNING
    return CLEAR if "TypeError" in log else NOTHING


@pytest.fixture(scope="module")
def unchanged():
    """What Sanic as it is does: nothing is told, and all is as it should be."""
    found, log = behaviour()
    assert how_told(log) == NOTHING
    assert (found["failure"], found["stop"], found["gone"]) == (1011, (1001, 0), "cancelled")
    assert (found["guest"], found["wrong setting"]) == (b"guest", True)
    assert (found["ASGI echo"], found["ASGI no route"]) == (b"hello", 404)
    return found


@pytest.mark.parametrize("mutant", MUTANTS, ids=lambda mutant: mutant.name)
def test_mutant(mutant, unchanged, tmp_path):
    """What is told of it is what should be, and what nothing is told of is as it was."""
    found, log = behaviour(mutant.make(tmp_path))
    differs = sorted(key for key in unchanged if found.get(key) != unchanged[key])
    if os.environ.get("SLW_MUTATIONS"):
        with open(os.environ["SLW_MUTATIONS"], "a") as table:
            shown = ", ".join(f"{key}: {found.get(key)}" for key in differs)
            shown = "nothing is served" if "start" in found else shown
            table.write(f"| {mutant.name} | {how_told(log)} | {shown} |\n")
    assert how_told(log) == mutant.told, log
    if mutant.told == NOTHING:
        assert differs == []
