"""ConnectionClosed, a subclass of the exceptions of websockets and, from 21.9, of Sanic.

The tree::

    websockets.exceptions.ConnectionClosed
    +-- websockets.exceptions.ConnectionClosedOK
    |   +-- ConnectionClosedOK      also a sanic.exceptions.WebsocketClosed
    +-- websockets.exceptions.ConnectionClosedError
        +-- ConnectionClosedError   also a sanic.exceptions.WebsocketClosed
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from sanic import exceptions as _sanic
from websockets import exceptions as _theirs
from websockets.exceptions import ConnectionClosed, InvalidState, ProtocolError

from .wire.close import close_name


class Close(NamedTuple):
    """Code and reason of a close frame; 1005 where the frame had no code."""

    code: int
    reason: str


def telling_code(rcvd: Close | None, sent: Close | None, rcvd_then_sent: bool | None) -> int:
    """Return the close code that tells most of how a connection ended.

    That of the side that closed first, or 1006 if no side sent one.
    """
    first = rcvd if rcvd_then_sent or sent is None else sent
    return 1006 if first is None else int(first.code)


def _sanic_base() -> list[type]:
    """Sanic's own exception for a closed WebSocket, where this release has one (since 21.9)."""
    closed = getattr(_sanic, "WebsocketClosed", None)
    return [] if closed is None else [closed]


class _Closed:
    """What both share: ``code`` and ``reason`` that never warn, and the two close frames."""

    quiet = True  # Sanic's error handler logs nothing for it

    def __init__(
        self,
        rcvd: Close | None = None,
        sent: Close | None = None,
        rcvd_then_sent: bool | None = None,
    ) -> None:
        Exception.__init__(self, rcvd, sent)  # type: ignore[arg-type]
        self.rcvd = rcvd
        self.sent = sent
        self.rcvd_then_sent = rcvd_then_sent

    @property
    def message(self) -> str:
        """The text, where Sanic's exceptions have theirs."""
        return str(self)

    @property
    def code(self) -> int:
        """Code that the peer sent; 1006 if it sent no close frame (RFC 6455 section 7.1.5)."""
        return 1006 if self.rcvd is None else self.rcvd.code

    @property
    def reason(self) -> str:
        """Reason that the peer sent, or an empty string."""
        return "" if self.rcvd is None else self.rcvd.reason

    def __str__(self) -> str:
        """As websockets 8 and 9 word it, and why we closed where the peer did not answer that."""
        text, reason = f"code = {self.code} ({close_name(self.code)}), ", self.reason
        if self.rcvd is None and self.sent is not None and self.sent.reason:
            text += f"sent {self.sent.code} ({close_name(self.sent.code)}), "
            reason = self.sent.reason
        return f"{text}reason = {_printable(reason)}" if reason else f"{text}no reason"

    def __reduce__(self) -> tuple[Any, ...]:
        return type(self), (self.rcvd, self.sent, self.rcvd_then_sent)


def _printable(reason: str) -> str:
    """Escape what could forge a log line."""
    return "".join(each if each.isprintable() else repr(each)[1:-1] for each in reason)


def _define(name: str, base: type, doc: str) -> Any:
    bases = (_Closed, base, *_sanic_base())
    return type(name, bases, {"__doc__": doc, "__module__": __name__})


if TYPE_CHECKING:

    class ConnectionClosedOK(_Closed, _theirs.ConnectionClosedOK):  # type: ignore[misc]
        """The connection is closed, with code 1000 or 1001 from the peer."""

    class ConnectionClosedError(_Closed, _theirs.ConnectionClosedError):  # type: ignore[misc]
        """The connection is closed, with any other code, or without a close frame (1006)."""

else:
    ConnectionClosedOK = _define(
        "ConnectionClosedOK",
        _theirs.ConnectionClosedOK,
        "The connection is closed, with code 1000 or 1001 from the peer.",
    )
    ConnectionClosedError = _define(
        "ConnectionClosedError",
        _theirs.ConnectionClosedError,
        "The connection is closed, with any other code, or without a close frame (1006).",
    )


def connection_closed(
    rcvd: Close | None,
    sent: Close | None,
    rcvd_then_sent: bool | None,
    cause: BaseException | None = None,
) -> Exception:
    """Return the exception that says how a connection ended (websockets 8.1 rules)."""
    normal = rcvd is not None and rcvd.code in (1000, 1001)
    kind = ConnectionClosedOK if normal else ConnectionClosedError
    error: Exception = kind(rcvd, sent, rcvd_then_sent)
    error.__cause__ = cause
    return error


__all__ = [
    "Close",
    "ConnectionClosed",
    "ConnectionClosedError",
    "ConnectionClosedOK",
    "InvalidState",
    "ProtocolError",
    "connection_closed",
    "telling_code",
]
