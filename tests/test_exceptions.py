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
    telling_code,
)
from tests.support import websockets_version

LOST = "connection closed abnormally [internal]"
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


@pytest.mark.parametrize(
    ("rcvd", "sent", "rcvd_then_sent", "code"),
    [
        (4000, 4000, True, 4000),
        (1000, 1011, False, 1011),
        (1005, 1005, True, 1005),
        (None, 1007, None, 1007),
        (None, 1007, False, 1007),
        (1001, None, None, 1001),
        (None, None, None, 1006),
    ],
)
def test_telling_code(rcvd: Any, sent: Any, rcvd_then_sent: Any, code: int) -> None:
    """That of who closed first; ours where the peer said nothing."""
    frames = [each and Close(each, "") for each in (rcvd, sent)]
    assert telling_code(frames[0], frames[1], rcvd_then_sent) == code


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
        ((BYE, BYE, True), "code = 1000 (OK), reason = bye"),
        ((Close(1000, ""), Close(1000, ""), True), "code = 1000 (OK), no reason"),
        ((Close(4000, ""), Close(1011, "mine"), False), "code = 4000 (private use), no reason"),
        ((None, Close(1000, ""), None), f"code = 1006 ({LOST}), no reason"),
        ((None, None, None), f"code = 1006 ({LOST}), no reason"),
        (
            (None, Close(1007, "text is not UTF-8 at byte 3"), None),
            f"code = 1006 ({LOST}), sent 1007 (invalid data), reason = text is not UTF-8 at byte 3",
        ),
        (
            (Close(4000, "d\u00e9j\u00e0\n\u2028\x1b"), None, None),
            "code = 4000 (private use), reason = d\u00e9j\u00e0\\n\\u2028\\x1b",
        ),
    ],
)
def test_text(arguments: Any, text: str) -> None:
    """As websockets 8 and 9 word it; with our own reason where we failed the connection.

    What could forge a line of a log is escaped.
    """
    assert str(ConnectionClosedError(*arguments)) == text


@pytest.mark.skipif(not (8, 1) <= websockets_version < (10,), reason="websockets 8 and 9 say it")
@pytest.mark.parametrize("code", [*range(1000, 1004), *range(1005, 1012), 1015, 3000, 4999])
@pytest.mark.parametrize("reason", ["", "a reason"])
def test_text_of_the_installed_websockets(code: int, reason: str) -> None:
    """The real one says the same."""
    theirs: Any = ConnectionClosed
    assert str(ConnectionClosedError(Close(code, reason))) == str(theirs(code, reason))


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
