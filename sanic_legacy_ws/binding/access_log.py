"""OPEN and CLOSE lines in Sanic's access log, as Sanic writes them itself since 24.6."""

from __future__ import annotations

from time import monotonic
from typing import Any

from sanic.log import access_logger

from .._compat.interfaces import App, Request
from .._compat.sanic import NUMERIC_ACCESS_LOG
from ..connection import Stats


class AccessLog:
    """The lines of one connection."""

    __slots__ = ("_host", "_opened_at", "_url")

    def __init__(self, host: str, url: str) -> None:
        self._host = host
        self._url = url
        self._opened_at = monotonic()

    @classmethod
    def of(
        cls, app: App, request: Request, address: tuple[Any, ...] | None = None
    ) -> AccessLog | None:
        """Return what logs the lines of a connection, if the app has an access log.

        ``address`` is the client's, by default that which the request has.
        """
        if not app.config["ACCESS_LOG"]:
            return None
        ip, port = address[:2] if address else (request.ip, request.port)
        return cls(f"{ip}:{port}" if ip else "unix", printable(request.url))

    def opened(self) -> None:
        """Log OPEN."""
        self._line("OPEN", 101, "" if not NUMERIC_ACCESS_LOG else 0)

    def closed(self, websocket: object) -> None:
        """Log CLOSE with both codes, how long it was open, messages and bytes both ways.

        Of another framework's object: as much of that as it tells.
        """
        parts = [f"{monotonic() - self._opened_at:.1f} s"]
        if hasattr(websocket, "close_rcvd") and hasattr(websocket, "close_sent"):
            parts.insert(0, close_codes(websocket))
        stats = getattr(websocket, "stats", None)
        size = 0
        if isinstance(stats, Stats):
            parts.append(f"{stats.messages_received} in {stats.messages_sent} out")
            parts.append(f"bytes {stats.bytes_received} in {stats.bytes_sent} out")
            size = stats.bytes_received + stats.bytes_sent
        code = getattr(websocket, "close_code", None) or 0
        detail = ", ".join(parts)
        if NUMERIC_ACCESS_LOG:
            self._line(f"CLOSE {detail}", code, size)
        else:
            self._line("CLOSE", code, detail)

    def _line(self, message: str, status: int, byte: int | str) -> None:
        extra = {
            "status": status,
            "byte": byte,
            "host": self._host,
            "request": f"WS {self._url}",
            "duration": "",
        }
        access_logger.info(message, extra=extra)


def close_codes(websocket: Any) -> str:
    """Return both sides' close codes, who closed first in front: ``client 1000, server 1000``."""
    rcvd = f"client {websocket.close_rcvd.code}" if websocket.close_rcvd else "client none"
    sent = f"server {websocket.close_sent.code}" if websocket.close_sent else "server none"
    return f"{rcvd}, {sent}" if websocket.close_rcvd_then_sent else f"{sent}, {rcvd}"


def printable(text: str) -> str:
    """Escape what could forge a log line."""
    return text.encode("ascii", "backslashreplace").decode().translate(_ESCAPES)


_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
