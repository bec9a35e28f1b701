"""Many connections on one worker leave nothing behind."""

from __future__ import annotations

import json

import pytest

from tests.server.tools import APP, Visit
from tests.support import LOOPS, RawClient
from tests.support.client import encode_frame
from tests.support.waiting import eventually

CONFIG = {
    "WEBSOCKET_TIMEOUT": 0.3,
    "KEEP_ALIVE_TIMEOUT": 1,
    "REQUEST_TIMEOUT": 1,
    "GRACEFUL_SHUTDOWN_TIMEOUT": 1,  # for which Sanic 21.9 to 23.6 keep an HTTP connection
}
ROUNDS = 5


@pytest.mark.parametrize("loop", LOOPS)
def test_nothing_is_left(server, loop):
    """Tasks, files, connections: as many as before, after hundreds of all kinds."""
    started = server(APP, loop=loop, config=CONFIG)
    visit_all(started)
    before = settled(started)
    for _ in range(ROUNDS):
        visit_all(started)
    after = settled(started)
    assert after["tasks"] == before["tasks"], (before, after)
    assert after["files"] <= before["files"], (before, after)
    assert after["websockets"] == 0


def settled(server):
    """The counts, once nothing is open any more but the connection that asks.

    Sanic may keep one protocol for a while.
    """

    def counts():
        found = json.loads(client.request("/counts").body)
        done = not found["connections"] and not found["websockets"] and found["protocols"] <= 2
        return done and found

    with RawClient(server) as client:  # one for all: Sanic keeps those that it closed for a while
        return eventually(counts)


def visit_all(server):
    for end in (close, Visit.abort, Visit.disconnect, Visit.half_close):
        for path in ("/echo", "/sleep", "/helper", "/swallow", "/unread"):
            with Visit(server, path).open() as visit:
                visit.send_raw(encode_frame(1, b"x") * 3)
                end(visit)
    for path in ("/return", "/close", "/cancelled", "/library"):
        with Visit(server, path) as visit:
            visit.handshake(visit.path)
    with Visit(server, "/echo", refuse=401) as visit:
        assert visit.upgrade(visit.path).status == 401


def close(visit):
    visit.send_close(1000)
