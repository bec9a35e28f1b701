"""The usage report of a real server, killed by SIGKILL at the end."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("sanic")

import contextlib
import itertools
from collections import Counter

from sanic import Sanic

from sanic_legacy_ws.asgi.websocket import AsgiWebSocket
from sanic_legacy_ws.binding.app_sockets import AppSockets
from sanic_legacy_ws.binding.sanic_websocket import SanicWebSocket
from sanic_legacy_ws.connection import LegacyWebSocket
from sanic_legacy_ws.usage.ledger import Report, load
from sanic_legacy_ws.usage.names import CODES
from tests.support import RawClient, asgi, running


@pytest.fixture(params=["native", "uvicorn-wsproto"])
def uses(tmp_path, request):
    """`uses(path)`: what a handler used while it answered one message, by code."""

    def serve(**options):
        if request.param == "native":
            return running("recorded", **options)
        reason = asgi.missing(request.param)
        if reason:
            pytest.skip(reason)
        return contextlib.closing(asgi.AsgiServer("recorded:app", request.param, **options).start())

    def talk(path):
        file = tmp_path / "uses.json"
        options = {"env": {"SANIC_LEGACY_WS_REPORT": str(file)}}
        with serve(**options) as server:
            with RawClient(server) as client:
                client.handshake(path)
                time.sleep(0.2)  # the old handler's recv() times out a few times
                client.send_text("late")
                answer = client.receive_message()
            server.kill()
        return answer, load(file)

    return talk


def test_old_handler(uses):
    """An old handler's uses are there, each at its own line, and it works as before."""
    answer, found = uses("/old")
    assert answer == "late!"
    assert {use.code for use in found.uses} == {"SLW301", "SLW308", "SLW401"}
    assert {use.file.rpartition("/")[2] for use in found.uses} == {"recorded.py"}


def test_new_handler(uses):
    """A handler written for Sanic's own websocket leaves nothing to report."""
    answer, found = uses("/new")
    assert answer == "late"
    assert found == Report(Counter(), 1)


NUMBERS = itertools.count()


@pytest.fixture
def app():
    """An app of its own: Sanic knows each name once."""
    return Sanic(f"reporting_{next(NUMBERS)}")


@pytest.mark.parametrize("cls", [SanicWebSocket, AsgiWebSocket])
def test_no_cost_when_off(app, cls):
    """Without a report the class is the one in the source, with none of its names replaced."""
    assert AppSockets.of(app).class_for(app, cls) is cls
    wrapped = [name for name in CODES if hasattr(vars(cls).get(name), "__wrapped__")]
    assert wrapped == []


@pytest.mark.parametrize("name", ["recv", "send"])
def test_no_wrapper_on_the_hot_path(app, name):
    """Without a report, what a handler calls is the very function of LegacyWebSocket."""
    served = AppSockets.of(app).class_for(app, SanicWebSocket)
    assert getattr(served, name) is getattr(LegacyWebSocket, name)


def test_wrappers_when_on(app, tmp_path):
    """With a report they are wrapped, in a subclass, and only there."""
    app.config.LEGACY_WS_REPORT = str(tmp_path / "uses.json")
    served = AppSockets.of(app).class_for(app, SanicWebSocket)
    assert issubclass(served, SanicWebSocket)
    assert served.send is not SanicWebSocket.send is LegacyWebSocket.send
