"""Frames in the log of a server, native and under ASGI."""

from __future__ import annotations

import logging
import re

import pytest

from sanic_legacy_ws import broadcast, connections
from sanic_legacy_ws.connection.trace import LOGGERS
from sanic_legacy_ws.testing import serve

ID = re.compile(r"^([0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}) (.*)$")


@pytest.fixture(params=LOGGERS)
def frames(request, caplog):
    """What the log has of frames, without ids; a function."""
    logger = logging.getLogger(request.param)
    propagates, logger.propagate = logger.propagate, True

    def told():
        records = [record for record in caplog.records if record.name == request.param]
        assert all(ID.match(r.getMessage())[1] == r.websocket_id for r in records)
        assert len({record.websocket_id for record in records}) == 1
        return [ID.match(record.getMessage())[3] for record in records]

    with caplog.at_level(logging.DEBUG, request.param):
        yield told
    logger.propagate = propagates


def talk(app, mode, run):
    """Some of each: text, binary, a broadcast, a close."""

    async def scenario():
        secrets = {"Cookie": "session=secret", "Authorization": "Bearer secret"}
        served = serve(app, mode=mode)
        async with served as server, server.connect("/echo", headers=secrets) as ws:
            await ws.send("\x1b[31mred\n")
            await ws.recv()
            await ws.send(bytes(100))
            await ws.recv()
            broadcast(connections(app), "to all")
            await ws.recv()
            await ws.close(4000, "done")

    run(scenario())


def test_native(app, run, frames, caplog):
    """Frames of both directions, escaped and cut, from the opening to the end."""
    talk(app, "native", run)
    cut = repr(bytes(80)) + "..."
    assert frames() == [
        "opened",
        "received TEXT 9 bytes '\\x1b[31mred\\n'",
        "sent TEXT 9 bytes '\\x1b[31mred\\n'",
        f"received BINARY 100 bytes {cut}",
        f"sent BINARY 100 bytes {cut}",
        "sent TEXT 6 bytes 'to all'",
        "received CLOSE 4000 (private use) 'done'",
        "sent CLOSE 4000 (private use) 'done'",
        "closed",
    ]
    assert "secret" not in caplog.text


def test_broadcast_behind_a_message(app, run, frames):
    """What is sent in one turn is logged in its order, once."""

    @app.websocket("/both")
    async def both(request, ws):
        await ws.send("one")
        broadcast([ws], "two")

    async def scenario():
        async with serve(app) as server, server.connect("/both") as ws:
            await ws.wait_closed()

    run(scenario())
    assert frames()[1:3] == ["sent TEXT 3 bytes 'one'", "sent TEXT 3 bytes 'two'"]


def test_asgi(app, run, frames, caplog):
    """The messages that ASGI passes on."""
    talk(app, "asgi", run)
    cut = repr(bytes(80)) + "..."
    told = [
        frame for frame in frames() if frame != "received websocket.connect"
    ]  # or Sanic took it
    assert told == [
        "received TEXT 9 bytes '\\x1b[31mred\\n'",
        "sent TEXT 9 bytes '\\x1b[31mred\\n'",
        f"received BINARY 100 bytes {cut}",
        f"sent BINARY 100 bytes {cut}",
        "sent TEXT 6 bytes 'to all'",
        "received websocket.disconnect 4000 'done'",
    ]
    assert "secret" not in caplog.text


@pytest.mark.parametrize("mode", ["native", "asgi"])
def test_nobody_watches(app, run, mode, caplog):
    """At INFO there is nothing of frames."""
    talk(app, mode, run)
    assert not [record for record in caplog.records if record.name in LOGGERS]
