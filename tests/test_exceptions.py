"""ConnectionClosed of both worlds."""

from __future__ import annotations

import copy
import importlib.util
import pickle
import warnings
from typing import Any

import pytest
import sanic.exceptions
import websockets.exceptions

import sanic_legacy_ws
from sanic_legacy_ws import exceptions
from sanic_legacy_ws.exceptions import (
    Close,
    ConnectionClosed,
    ConnectionClosedError,
    ConnectionClosedOK,
    connection_closed,
)

BYE = Close(1000, "bye")
KINDS = [ConnectionClosedOK, ConnectionClosedError]


@pytest.mark.parametrize("kind", KINDS)
def test_websockets_world(kind: Any) -> None:
    """``except websockets.ConnectionClosed`` catches them, and the subclass of the same name."""
    assert issubclass(kind, websockets.exceptions.ConnectionClosed)
    assert issubclass(kind, getattr(websockets.exceptions, kind.__name__))
    assert sanic_legacy_ws.ConnectionClosed is websockets.exceptions.ConnectionClosed


@pytest.mark.skipif(
    not hasattr(sanic.exceptions, "WebsocketClosed"), reason="Sanic before 21.9 has none"
)
@pytest.mark.parametrize("kind", KINDS)
def test_sanics_world(kind: Any) -> None:
    """``except WebsocketClosed`` catches them, and Sanic's error handler logs nothing."""
    assert issubclass(kind, sanic.exceptions.WebsocketClosed)
    assert kind(BYE, BYE, True).quiet is True
    assert kind(BYE, BYE, True).message == str(kind(BYE, BYE, True))


@pytest.mark.parametrize(
    ("code", "kind"),
    [(1000, ConnectionClosedOK), (1001, ConnectionClosedOK)]
    + [(code, ConnectionClosedError) for code in (1002, 1005, 1008, 1011, 3000, 4000)],
)
def test_the_peers_code_decides(code: int, kind: Any) -> None:
    """1000 and 1001 received are OK, whatever was sent."""
    assert type(connection_closed(Close(code, ""), Close(4000, ""), False)) is kind


@pytest.mark.parametrize("sent", [None, BYE])
def test_no_close_frame_is_an_error(sent: Close | None) -> None:
    """It counts as 1006, also where ours was sent."""
    error: Any = connection_closed(None, sent, None)
    assert isinstance(error, ConnectionClosedError)
    assert (error.code, error.reason) == (1006, "")
    assert (error.rcvd, error.sent, error.rcvd_then_sent) == (None, sent, None)


@pytest.mark.parametrize("kind", KINDS)
def test_code_and_reason_never_warn(kind: Any) -> None:
    """Unlike those of websockets 13.1 and later."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        error = kind(Close(4001, "why"), None, None)
        assert (error.code, error.reason) == (4001, "why")


@pytest.mark.parametrize(
    ("arguments", "text"),
    [
        ((BYE, BYE, True), "code = 1000 (normal closure), reason = 'bye'"),
        ((Close(1001, ""), Close(1001, ""), True), "code = 1001 (going away)"),
        ((None, BYE, None), "code = 1006 (abnormal closure), sent 1000 (normal closure)"),
        ((None, None, None), "code = 1006 (abnormal closure)"),
        ((Close(4000, "a\nb"), None, None), "code = 4000 (private use), reason = 'a\\nb'"),
    ],
)
def test_text(arguments: Any, text: str) -> None:
    """Both codes by name; a reason of the peer's is escaped."""
    assert str(ConnectionClosedError(*arguments)) == "WebSocket connection is closed: " + text


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("clone", [copy.copy, lambda e: pickle.loads(pickle.dumps(e))])
def test_copies(kind: Any, clone: Any) -> None:
    """They survive pickle and copy whole."""
    error = kind(BYE, Close(1001, "x"), False)
    other = clone(error)
    assert type(other) is kind
    assert vars(other) == vars(error)
    assert str(other) == str(error)


def test_without_sanics_exception(monkeypatch: pytest.MonkeyPatch) -> None:
    """Sanic before 21.9 has no WebsocketClosed: websockets' classes are enough."""
    monkeypatch.delattr(sanic.exceptions, "WebsocketClosed", raising=False)
    spec = importlib.util.find_spec(exceptions.__name__)
    assert spec is not None
    assert spec.loader is not None
    module: Any = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert module.ConnectionClosedOK.__bases__ == (
        module._Closed,
        websockets.exceptions.ConnectionClosedOK,
    )
    error = module.connection_closed(BYE, None, None)
    assert isinstance(error, ConnectionClosed)
    assert error.code == 1000
