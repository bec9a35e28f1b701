"""Frames in the log, and none of it on a connection that nobody watches."""

from __future__ import annotations

import logging

import pytest

from sanic_legacy_ws import LegacyWebSocket, broadcast
from sanic_legacy_ws.connection.trace import LOGGERS, frame_logger, traced
from tests.support.client import BINARY, TEXT, encode_frame

from .rig import connected


@pytest.fixture(params=LOGGERS)
def logger(request, caplog):
    """Each of the two loggers, at DEBUG."""
    logger = logging.getLogger(request.param)
    propagates, logger.propagate = logger.propagate, True
    with caplog.at_level(logging.DEBUG, request.param):
        yield logger
    logger.propagate = propagates


def test_nobody_watches():
    """Then the class is the very class: nothing is added to any of its methods."""
    assert frame_logger() is None
    assert traced(LegacyWebSocket) is LegacyWebSocket


def test_subclass(logger):
    """Somebody does: a subclass of the same name, made once."""
    cls = traced(LegacyWebSocket)
    assert issubclass(cls, LegacyWebSocket)
    assert cls is not LegacyWebSocket
    assert cls is traced(LegacyWebSocket)
    assert cls.__qualname__ == "LegacyWebSocket"


def test_parent_logger(caplog):
    """DEBUG on `sanic_legacy_ws` is DEBUG for frames."""
    with caplog.at_level(logging.DEBUG, "sanic_legacy_ws"):
        assert frame_logger().name == "sanic_legacy_ws.frames"


async def test_every_way_of_a_message(caplog):
    """Large messages and broadcasts, which go ways of their own, are in the log too."""
    with caplog.at_level(logging.DEBUG, "sanic_legacy_ws"):
        async with connected(traced(LegacyWebSocket), max_size=None) as (ws, peer):
            large = bytes(1 << 20)
            await peer.send(encode_frame(BINARY, large), encode_frame(TEXT, b"small"))
            assert await ws.recv() == large
            assert await ws.recv() == "small"
            broadcast([ws], "to all")
            assert (await peer.read()).payload == b"to all"
    told = [record.getMessage() for record in caplog.records if "received" in record.getMessage()]
    assert len(told) == 2
    assert "1048576" in told[0]
    assert "small" in told[1]
    assert any("sent" in line and "to all" in line for line in caplog.messages)
