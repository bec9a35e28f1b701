"""The messages of a connection under ASGI in the log at level DEBUG, as frames are natively."""

from __future__ import annotations

from typing import Any

from ..connection.trace import frame_logger, log
from ..wire.describe import describe
from ..wire.frames import BINARY, FIN, TEXT
from .events import Event
from .websocket import AsgiWebSocket


def asgi_class() -> type[AsgiWebSocket]:
    """Return the class of a connection that begins now: one that logs, if that is wanted."""
    return AsgiWebSocket if frame_logger() is None else TracedAsgiWebSocket


class TracedAsgiWebSocket(AsgiWebSocket):
    """An AsgiWebSocket that logs ASGI's messages."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._frame_logger = frame_logger() or self.logger

    def _take(self, event: Event) -> bool:
        log(self._frame_logger, self, f"received {told(event)}")
        return super()._take(event)

    async def _deliver(self, event: Event, size: int) -> None:
        log(self._frame_logger, self, f"sent {told(event)}")
        await super()._deliver(event, size)


def told(event: Event) -> str:
    """Say what a message of ASGI is."""
    kind = str(event.get("type"))
    if kind not in ("websocket.receive", "websocket.send"):
        code = event.get("code")
        known = "" if code is None else f" {code} {event.get('reason') or ''!a}"
        return ascii(kind)[1:-1] + known
    text = event.get("text")
    if text is None:
        return describe(FIN | BINARY, len(event["bytes"]), event["bytes"])
    data = text.encode("utf-8", "replace")
    return describe(FIN | TEXT, len(data), data)


__all__ = ["TracedAsgiWebSocket", "asgi_class"]
