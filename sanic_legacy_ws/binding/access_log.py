"""OPEN and CLOSE lines in Sanic's access log, as Sanic writes them itself since 24.6."""

from __future__ import annotations

import logging
from time import monotonic
from typing import Any

from sanic.log import access_logger

from .._compat.interfaces import App, Request
from ..connection import Stats
from ..exceptions import telling_code


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

        ``address`` is the client's, by default that which the request has; the one that a trusted
        proxy forwarded goes before both.
        """
        if not app.config["ACCESS_LOG"]:
            return None
        ip, port = address[:2] if address else (request.ip, request.port)
        ip = printable(request.remote_addr) or ip
        return cls(f"{ip}:{port}" if ip and port else ip or "unix", printable(request.url))

    def opened(self) -> None:
        """Log OPEN."""
        self._line("OPEN", 101, 0, "")

    def closed(self, websocket: Any) -> None:
        """Log CLOSE with both codes, how long it was open, messages and bytes both ways.

        Of another framework's object: as much of that as it tells.
        """
        parts = [f"{monotonic() - self._opened_at:.1f} s"]
        code = getattr(websocket, "close_code", None) or 0
        if hasattr(websocket, "close_rcvd") and hasattr(websocket, "close_sent"):
            parts.insert(0, close_codes(websocket))
            then_sent = getattr(websocket, "close_rcvd_then_sent", None)
            code = telling_code(websocket.close_rcvd, websocket.close_sent, then_sent)
        stats = getattr(websocket, "stats", None)
        size = 0
        if isinstance(stats, Stats):
            parts.append(f"{stats.messages_received} in {stats.messages_sent} out")
            parts.append(f"bytes {stats.bytes_received} in {stats.bytes_sent} out")
            size = stats.bytes_received + stats.bytes_sent
        self._line("CLOSE", int(code), size, ", ".join(parts))

    def _line(self, event: str, status: int, size: int, detail: str) -> None:
        extra = {
            "status": status,
            "byte": size if _message_is_shown() else _Detailed(size, detail),
            "host": self._host,
            "request": f"WS {self._url}",
            "duration": "",
        }
        access_logger.info(f"{event} {detail}" if detail else event, extra=extra)


class _Detailed(int):
    """A number of bytes, for formats that want a number; as a text it is the detail."""

    detail: str

    def __new__(cls, size: int, detail: str) -> _Detailed:
        made = super().__new__(cls, size)
        made.detail = detail
        return made

    def __str__(self) -> str:
        return self.detail


def _message_is_shown() -> bool:
    """Whether each format that the access log goes through has the message.

    Sanic's own since 24.6 has not, and shows ``byte`` as a text; that of an app may well.
    """
    log: logging.Logger | None = access_logger
    while log is not None:
        for handler in log.handlers:
            if "message" not in (getattr(handler.formatter, "_fmt", None) or "message"):
                return False
        log = log.parent if log.propagate else None
    return True


def close_codes(websocket: Any) -> str:
    """Return both sides' close codes, who closed first in front: ``client 1000, server 1000``."""
    rcvd = f"client {websocket.close_rcvd.code}" if websocket.close_rcvd else "client none"
    sent = f"server {websocket.close_sent.code}" if websocket.close_sent else "server none"
    return f"{rcvd}, {sent}" if websocket.close_rcvd_then_sent else f"{sent}, {rcvd}"


def printable(text: str) -> str:
    """Escape what could forge a log line."""
    return text.encode("ascii", "backslashreplace").decode().translate(_ESCAPES)


_ESCAPES = {code: f"\\x{code:02x}" for code in (*range(32), 127)}
