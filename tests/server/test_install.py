"""`install` and `uninstall`: what they replace, exactly, and what they give back."""

from __future__ import annotations

import contextlib
import json
import os
import signal
import subprocess
import sys
import textwrap
from importlib.util import find_spec

import pytest

from tests.server.tools import APP, Visit, failures, own_works
from tests.support import running, sanic_version
from tests.support.server import _package_root

# Up to 21.6, and in 21.12, whose wheel has the file again though nothing uses it.
ALIAS_IN_SANIC = find_spec("sanic.websocket") is not None

# What Sanic itself looks up; the ones that this release has.
NAMES = """
from importlib import import_module

NAMES = ["sanic.app:WebSocketProtocol", "sanic.mixins.runner:WebSocketProtocol",
         "sanic.mixins.startup:WebSocketProtocol", "sanic:websocket",
         "sanic.websocket:WebSocketProtocol", "sanic.websocket:WebSocketConnection",
         "sanic.websocket:WebSocketCommonProtocol", "sanic.websocket:ConnectionClosed",
         "sanic.app:Sanic._websocket_handler", "sanic.asgi:ASGIApp.__call__",
         "sanic.asgi:MockTransport.create_websocket_connection",
         "sanic.models.asgi:MockTransport.create_websocket_connection",
         "sanic.worker:GunicornWorker.websocket_protocol"]

def found(name):
    module, _, path = name.partition(":")
    try:
        target = import_module(module)
    except ImportError:
        return "no module"
    for part in path.split("."):
        if not hasattr(target, part):
            return "missing"
        target = getattr(target, part)
    return target

def all_names():
    found("sanic.websocket:ConnectionClosed")  # importing it sets sanic.websocket
    return {name: found(name) for name in NAMES}
"""


def python(code):
    """Run code in a new process, and give what it prints as JSON."""
    program = f"import json, sys\nsys.path[:0] = {_package_root()}\n" + NAMES
    program += textwrap.dedent(code)
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-c", program], capture_output=True, timeout=60
    )
    assert done.returncode == 0, done.stderr.decode()
    return json.loads(done.stdout)


def test_uninstall_restores_every_name():
    """Each name that Sanic has is the very object it was; each that was missing is missing."""
    result = python("""
        before, modules = all_names(), set(sys.modules)
        import sanic_legacy_ws
        sanic_legacy_ws.install()
        between = all_names()
        sanic_legacy_ws.uninstall()
        after = all_names()
        print(json.dumps({
            "changed": [name for name in NAMES if between[name] is not before[name]],
            "not restored": [name for name in NAMES
                             if after[name] is not before[name] and after[name] != before[name]],
            "alias": "sanic.websocket" in sys.modules,
        }))
    """)
    assert result["not restored"] == []
    assert result["alias"] is ALIAS_IN_SANIC
    changed = result["changed"]
    assert {f"sanic.websocket:{name}" for name in (
        "WebSocketProtocol", "WebSocketConnection", "WebSocketCommonProtocol", "ConnectionClosed"
    )} - set(changed) <= {"sanic.websocket:ConnectionClosed"}  # fmt: skip
    assert sum(name.endswith(":WebSocketProtocol") and "websocket:" not in name
               for name in changed) >= 1  # fmt: skip


def test_install_again_and_again():
    """Twice is as once, one uninstall is enough, and it can be installed again."""
    result = python("""
        from sanic_legacy_ws import WebSocketProtocol, install, uninstall
        before = all_names()
        install()
        once = all_names()
        install()
        twice = all_names()
        uninstall()
        uninstall()
        restored = all_names()
        install()
        again = all_names()
        from sanic.websocket import WebSocketProtocol as ours
        print(json.dumps([once == twice, restored == before, again.keys() == once.keys(),
                          ours is WebSocketProtocol]))
    """)
    assert result == [True, True, True, True]


def test_another_protocol():
    """install() gives a guest's protocol its place, before or after, and takes it back."""
    result = python("""
        from sanic_legacy_ws import WebSocketProtocol, install, uninstall
        from sanic_legacy_ws.guests import GuestProtocol
        from sanic_legacy_ws.server.install import chosen
        class Guests(GuestProtocol):
            __slots__ = ()
            guest = object
        def all_are(protocol):
            return set(chosen().values()) == {protocol}
        before = all_names()
        install(Guests)
        first = all_are(Guests)
        install(WebSocketProtocol)
        second = all_are(WebSocketProtocol)
        install(Guests)
        install()
        kept = all_are(Guests)
        try:
            install(object)
        except TypeError as exc:
            said = str(exc)
        uninstall()
        print(json.dumps([first, second, kept, said, all_names() == before]))
    """)
    assert result[:3] == [True, True, True]
    assert "has no websocket_handshake" in result[3]
    assert result[4] is True


def test_alias():
    """`sanic.websocket` has its four names back, whether Sanic has the module or not."""
    result = python("""
        import sanic_legacy_ws
        sanic_legacy_ws.install()
        import sanic, sanic.websocket, websockets
        from sanic.websocket import (
            ConnectionClosed, WebSocketCommonProtocol, WebSocketConnection, WebSocketProtocol,
        )
        from sanic_legacy_ws.asgi.websocket import AsgiWebSocket
        print(json.dumps([
            sanic.websocket is sys.modules["sanic.websocket"],
            ConnectionClosed is websockets.ConnectionClosed,
            WebSocketCommonProtocol is sanic_legacy_ws.LegacyWebSocket,
            WebSocketConnection is AsgiWebSocket,
            WebSocketProtocol is sanic_legacy_ws.WebSocketProtocol,
        ]))
    """)
    assert result == [True] * 5


def test_alias_is_gone_without_install():
    """Importing the package alone changes nothing in Sanic."""
    result = python("""
        before = all_names()
        import sanic_legacy_ws
        from sanic_legacy_ws import WebSocketProtocol, connections
        print(json.dumps([all_names() == before, "sanic.websocket" in sys.modules]))
    """)
    assert result == [True, ALIAS_IN_SANIC]


@pytest.mark.skipif(sanic_version >= (22, 3), reason="Sanic dropped its gunicorn worker in 22.3")
def test_gunicorn_worker():
    """The class attribute by which gunicorn's worker serves is ours, and given back."""
    pytest.importorskip("gunicorn")
    result = python("""
        from sanic.worker import GunicornWorker
        import sanic_legacy_ws
        before = GunicornWorker.websocket_protocol
        sanic_legacy_ws.install()
        ours = GunicornWorker.websocket_protocol is sanic_legacy_ws.WebSocketProtocol
        sanic_legacy_ws.uninstall()
        print(json.dumps([ours, GunicornWorker.websocket_protocol is before]))
    """)
    assert result == [True, True]


# In servers.


@contextlib.contextmanager
def paused(pid):
    """A process that does nothing for the block."""
    os.kill(pid, signal.SIGSTOP)
    try:
        yield
    finally:
        os.kill(pid, signal.SIGCONT)


def worker_of(visit):
    """The process id of the worker that serves our connection to it."""
    visit.handshake(visit.path)
    assert visit.receive_message() == "SanicWebSocket"
    return visit.event("hook")["pid"]


@pytest.mark.parametrize("way", ["protocol", "install", "cli"])
def test_two_workers(way):
    """By each way in, every worker serves our connections, and closes its own with 1001."""
    with contextlib.ExitStack() as opened:
        started = opened.enter_context(running(APP, way=way, workers=2))
        one = opened.enter_context(Visit(started, "/library"))
        pid = worker_of(one)
        with paused(pid):  # it may be the quicker one, however often one asks
            other = opened.enter_context(Visit(started, "/library"))
            assert worker_of(other) != pid
        started.send_signal()
        for visit in (one, other):
            assert visit.receive_close().close_code == 1001
            visit.send_close(1001)
        assert started.wait() == 0, started.log
        assert failures(started.log) == 0


@own_works
@pytest.mark.parametrize("app", ["basic", "uninstalled"])
def test_without_us(server, app):
    """Under Sanic alone, or after install() and uninstall(), an app has Sanic's own connection."""
    with Visit(server(app, way="stock"), "/class") as visit:
        visit.handshake("/class")
        assert not visit.receive_message().startswith("sanic_legacy_ws")
        visit.close()
