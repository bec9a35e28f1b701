"""The enum of states: that of the installed websockets, whichever release."""

from __future__ import annotations

import importlib
import subprocess
import sys
import warnings

import pytest

import sanic_legacy_ws
from sanic_legacy_ws import LegacyWebSocket
from tests.support import websockets_version

LEGACY = (9,) <= websockets_version < (11,)


def test_it_is_theirs():
    """`ws.state is State.OPEN` holds with the State that an app has from there."""
    name = "websockets.legacy.protocol" if LEGACY else "websockets.protocol"
    theirs = importlib.import_module(name).State
    assert sanic_legacy_ws.State is theirs
    assert LegacyWebSocket.state is theirs.CONNECTING
    assert [state.name for state in theirs] == ["CONNECTING", "OPEN", "CLOSING", "CLOSED"]
    assert [state.value for state in theirs] == [0, 1, 2, 3]


@pytest.mark.skipif(websockets_version < (9,), reason="websockets 8 has no legacy module")
def test_the_legacy_module_has_the_same():
    """So websockets' own functions, its `broadcast` for one, take our connections for open."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        assert importlib.import_module("websockets.legacy.protocol").State is sanic_legacy_ws.State


def test_import_warns_of_nothing():
    """Nor does it bring the deprecated module along, where that is deprecated."""
    code = "import sanic_legacy_ws._compat.states, sys; print('websockets.legacy' in sys.modules)"
    command = [sys.executable, "-W", "error", "-c", code]
    done = subprocess.run(command, stdout=subprocess.PIPE, timeout=60, check=True)
    assert done.stdout.decode().strip() == str(LEGACY)
