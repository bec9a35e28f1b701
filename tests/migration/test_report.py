"""The usage report of a real server, killed by SIGKILL at the end."""

from __future__ import annotations

import time

import pytest

pytest.importorskip("sanic")

from sanic_legacy_ws.migration.ledger import load
from tests.support import RawClient, running


@pytest.fixture
def uses(tmp_path):
    """`uses(path)`: what a handler used while it answered one message, by code."""

    def talk(path):
        file = tmp_path / "uses.json"
        options = {"env": {"SANIC_LEGACY_WS_REPORT": str(file)}}
        with running("recorded", **options) as server:
            with RawClient(server) as client:
                client.handshake(path)
                time.sleep(0.2)  # the old handler's recv() times out a few times
                client.send_text("late")
                answer = client.receive_message()
            server.kill()
        return answer, load(file) if list(tmp_path.iterdir()) else {}

    return talk


def test_old_handler(uses):
    """An old handler's uses are there, each at its own line, and it works as before."""
    answer, found = uses("/old")
    assert answer == "late!"
    assert {use.code for use in found} == {"SLW301", "SLW308", "SLW401"}
    assert {use.file.rpartition("/")[2] for use in found} == {"recorded.py"}


def test_new_handler(uses):
    """A handler written for Sanic's own websocket leaves nothing to report."""
    answer, found = uses("/new")
    assert answer == "late"
    assert not found
