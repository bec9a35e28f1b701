"""Frames in the log at level DEBUG, for connections that begin while somebody wants them there.

Which class a connection has is chosen when it begins, so that one whose frames nobody wants to
see pays nothing: no test and no call on the way of a message.
"""

from __future__ import annotations

import logging
from functools import lru_cache
from typing import Any, TypeVar

from ..wire.bulk import Bulk
from ..wire.describe import Scanner
from .websocket import LegacyWebSocket

LOGGERS = ("sanic.websockets", "sanic_legacy_ws.frames")
"""Sanic's own for its WebSockets (21.12), and ours: the first at level DEBUG gets the frames."""

_LOGGERS = tuple(map(logging.getLogger, LOGGERS))  # a look-up by name takes a lock

Connection = TypeVar("Connection", bound=Any)


def frame_logger() -> logging.Logger | None:
    """Return the logger that wants frames, None for none."""
    for logger in _LOGGERS:
        if logger.isEnabledFor(logging.DEBUG):
            return logger
    return None


def traced(cls: type[Connection]) -> type[Connection]:
    """Return ``cls``, or a subclass that logs its frames if that is wanted now."""
    logger = frame_logger()
    if logger is None:
        return cls
    hashable: Any = cls
    subclass: type[Connection] = _traced(hashable, logger)
    return subclass


@lru_cache(maxsize=None)
def _traced(cls: Any, logger: logging.Logger) -> Any:
    body = {
        "__module__": cls.__module__,
        "__qualname__": cls.__qualname__,
        "frame_logger": logger,
    }
    return type(cls.__name__, (_Traced, cls), body)


def log(logger: logging.Logger, connection: Any, what: str) -> None:
    """Log something of a connection, with its id in the text and as ``record.websocket_id``."""
    logger.debug("%s %s", connection.id, what, extra={"websocket_id": str(connection.id)})


class _Traced(LegacyWebSocket):
    """What the subclass of a connection class adds: a look at the bytes of both directions."""

    frame_logger: logging.Logger
    _incoming: Scanner  # the peer's frames
    _outgoing: Scanner  # ours

    def connection_open(self) -> None:
        self._incoming, self._outgoing = Scanner(), Scanner()
        log(self.frame_logger, self, "opened")
        super().connection_open()

    def data_received(self, data: bytes) -> None:
        for frame in self._incoming.feed(data):
            log(self.frame_logger, self, f"received {frame}")
        super().data_received(data)

    def _take_in(self, bulk: Bulk) -> None:
        """Every byte is to come by `data_received`."""

    def _flush(self) -> None:
        self._sent(b"".join(self._out))
        super()._flush()

    def _put_frame(self, frame: bytes) -> None:
        if not self._out:
            self._sent(frame)
        super()._put_frame(frame)

    def _sent(self, data: bytes) -> None:
        for frame in self._outgoing.feed(data):
            log(self.frame_logger, self, f"sent {frame}")

    def connection_lost(self, exc: Exception | None) -> None:
        super().connection_lost(exc)
        log(self.frame_logger, self, "closed" if exc is None else f"lost: {exc!r}")
