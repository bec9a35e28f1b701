"""The package's public names."""

from __future__ import annotations

import subprocess
import sys

import pytest

import sanic_legacy_ws
from tests.support.server import _package_root

NAMES = {
    "ConnectionClosed",
    "ConnectionClosedError",
    "ConnectionClosedOK",
    "DeflateParameters",
    "LegacyWebSocket",
    "State",
    "WebSocketCommonProtocol",
    "WebSocketConnection",
    "WebSocketProtocol",
    "__version__",
    "broadcast",
    "connections",
    "install",
    "uninstall",
}


def python(code):
    environment = {"PYTHONPATH": ":".join(_package_root())}
    return subprocess.run(
        [sys.executable, "-c", code], capture_output=True, timeout=60, env=environment
    )


def test_names():
    """These, and no other; each can be imported, and dir() shows them."""
    assert set(sanic_legacy_ws.__all__) == NAMES
    assert set(dir(sanic_legacy_ws)) == NAMES
    for name in NAMES:
        assert getattr(sanic_legacy_ws, name) is not None


def test_star_import():
    """`from sanic_legacy_ws import *` gives them all."""
    namespace = {}
    exec("from sanic_legacy_ws import *", namespace)
    assert set(namespace) >= NAMES


def test_unknown_name():
    """An AttributeError that names module and attribute, so ImportError for `from` imports."""
    with pytest.raises(AttributeError, match=r"'sanic_legacy_ws' has no attribute 'nothing'"):
        sanic_legacy_ws.nothing  # noqa: B018
    with pytest.raises(ImportError):
        from sanic_legacy_ws import nothing  # noqa: F401


def test_one_class_two_names():
    """WebSocketCommonProtocol is the old name of LegacyWebSocket."""
    assert sanic_legacy_ws.WebSocketCommonProtocol is sanic_legacy_ws.LegacyWebSocket


def test_exceptions_are_websockets_own():
    """`except websockets.ConnectionClosed` catches both."""
    from websockets.exceptions import ConnectionClosed

    assert sanic_legacy_ws.ConnectionClosed is ConnectionClosed
    assert issubclass(sanic_legacy_ws.ConnectionClosedOK, ConnectionClosed)
    assert issubclass(sanic_legacy_ws.ConnectionClosedError, ConnectionClosed)


def test_import_is_cheap():
    """The bare import brings neither Sanic nor websockets."""
    done = python(
        "import sys, sanic_legacy_ws; print(sanic_legacy_ws.__version__);"
        "print([name for name in ('sanic', 'websockets') if name in sys.modules])"
    )
    version, loaded = done.stdout.decode().splitlines()
    assert version == sanic_legacy_ws.__version__
    assert loaded == "[]"


def test_websockets_legacy_is_never_imported():
    """The deprecated package is not used, whatever we import, but for the State of 9 and 10."""
    done = python(
        "import sys, sanic_legacy_ws as s; [getattr(s, name) for name in s.__all__]; s.install();"
        "print([name for name in sys.modules if name.startswith('sanic_legacy_ws.asgi.websocket')]"
        ");"
        "print([m.__name__ for m in list(sys.modules.values())"
        " if getattr(m, '__name__', '').startswith('sanic_legacy_ws')"
        " and any(getattr(v, '__module__', None) == 'websockets.legacy.protocol'"
        " for v in vars(m).values() if isinstance(v, type) and v is not s.State)])"
    )
    asgi, legacy = done.stdout.decode().splitlines()
    assert asgi != "[]"
    assert legacy == "[]"
