"""sanic-testing's clients, and those that Sanic 20.12 had itself, work with the shim installed."""

from __future__ import annotations

import json
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.support import sanic_version
from tests.support.server import _package_root

pytestmark = pytest.mark.skipif(
    sanic_version >= (21,) and find_spec("sanic_testing") is None,
    reason="sanic-testing is not installed",
)


def drive(kind):
    """What the client and the handler saw. The client warns of the websockets that it uses."""
    environment = {"PYTHONPATH": ":".join(_package_root()), "SANIC_NO_COLOR": "true"}
    done = subprocess.run(
        [sys.executable, "-W", "ignore", "-m", "tests.testing.other_clients", kind],
        capture_output=True,
        timeout=60,
        env=environment,
    )
    output = done.stdout.decode() + done.stderr.decode()
    assert done.returncode == 0, output
    assert "Traceback" not in output, output
    return json.loads(done.stdout.decode().splitlines()[-1])


def test_native():
    """The handler gets our object, the client its subprotocol, its messages and its end."""
    seen = drive("native")
    assert seen["legacy"]
    assert seen["opened"]
    assert seen["subprotocol"] == "a"
    assert seen["end"] == "CancelledError"
    if seen["mimics"]:
        assert seen["got"] == ["one", ""]
        # Before 23.12, what the client's recv returns is None.
        assert seen["received"] == ["hello", "one"] or sanic_version < (23, 12)


def test_asgi():
    """The handler gets our object; a server without events is one that has lost the peer."""
    seen = drive("asgi")
    assert seen == {
        "got": [],
        "legacy": True,
        "subprotocol": "a" if sanic_version >= (21,) else None,  # 20.12's client offers none
        "end": "CancelledError",
    }
