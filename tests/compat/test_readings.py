"""What is read of Sanic is there on this line, and what is missing is told."""

from __future__ import annotations

import logging

import pytest

from sanic_legacy_ws._compat import readings
from sanic_legacy_ws._compat.readings import ASGI, GUARANTEES, SERVING, Reading, demand, missing
from sanic_legacy_ws._compat.sanic import SANIC_VERSION, choosers
from sanic_legacy_ws._compat.unknown import UnknownSanicError
from sanic_legacy_ws.asgi.switch import asgi_installed, install_asgi
from sanic_legacy_ws.server.install import chosen, install

LOST = Reading("a thing", "app.py, Sanic.thing", "nothing works", lambda: False)


def test_all_is_there():
    """On each line that is supported."""
    assert missing(SERVING) == missing(GUARANTEES) == missing(ASGI) == []


def test_each_is_told_apart():
    """Each has a name of its own, a place, and what is lost without it."""
    each = [*SERVING, *GUARANTEES, *ASGI]
    assert len({reading.what for reading in each}) == len(each)
    assert all(reading.where and reading.without for reading in each)


def test_without_what_serving_needs(monkeypatch):
    """The error has the version, the place and the cure."""
    monkeypatch.setattr(readings, "SERVING", (LOST,))
    with pytest.raises(UnknownSanicError, match="cannot serve on Sanic") as caught:
        demand()
    assert f"Sanic {SANIC_VERSION}: a thing is not there" in str(caught.value)
    assert "in 25.12: app.py, Sanic.thing" in str(caught.value)
    assert 'pip install "sanic==25.12.*"' in str(caught.value)


def test_without_a_guarantee(monkeypatch, caplog):
    """The log says what is lost."""
    monkeypatch.setattr(readings, "GUARANTEES", (LOST,))
    demand()
    (record,) = caplog.records
    assert record.levelno == logging.WARNING
    assert record.getMessage().endswith("so nothing works")


def test_without_what_asgi_needs(monkeypatch, caplog):
    """Sanic's own connection stays in its place, and the log says why."""
    monkeypatch.setattr(readings, "ASGI", (LOST,))
    install_asgi()
    assert not asgi_installed()
    assert "under ASGI, Sanic's own connection serves" in caplog.text


def test_without_anything_to_replace(monkeypatch):
    """`install` says so, and changes nothing."""
    for module in choosers():
        monkeypatch.delattr(module, "WebSocketProtocol")
    with pytest.raises(UnknownSanicError, match="no module of it has a WebSocketProtocol"):
        install()
    assert chosen() == {}
    assert not asgi_installed()
