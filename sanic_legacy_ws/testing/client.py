"""What both kinds of client have in common: the interface that a test sees."""

from __future__ import annotations

import asyncio
from typing import Any, AsyncIterator, Awaitable, Iterable, Mapping, Sequence, Tuple, TypeVar, Union
from urllib.parse import urlencode

from ..exceptions import Close, ConnectionClosedOK
from ..wire.decoder import Message

Headers = Union[Mapping[str, str], Iterable[Tuple[str, str]]]
Query = Union[str, Mapping[str, Any], Sequence[Tuple[str, Any]]]

Result = TypeVar("Result")


class ConnectionRefused(Exception):
    """The app refused the WebSocket with an HTTP response.

    ``status`` is its status, ``headers`` has its headers by names in lower case. ``body`` is its
    body, or None where the client keeps none: the native one before websockets 14.
    """

    def __init__(
        self, status: int, headers: Iterable[tuple[str, str]] = (), body: bytes | None = b""
    ) -> None:
        super().__init__(f"the WebSocket was refused with HTTP status {status}")
        self.status = status
        self.headers = headers_of(headers)
        self.body = body


class WebSocketClient:
    """A client of the app under test, open when it is given out.

    Where nothing comes for ``timeout`` seconds, it raises asyncio.TimeoutError.
    """

    timeout: float
    subprotocol: str | None = None
    """The subprotocol that was agreed on."""

    response_headers: dict[str, str]
    """The headers of the handshake's response, by names in lower case."""

    def _agreed(self, subprotocol: str | None, response_headers: dict[str, str]) -> None:
        """The handshake is done."""
        self.subprotocol = subprotocol
        self.response_headers = response_headers

    @property
    def close_rcvd(self) -> Close | None:
        """The app's close frame, with ``code`` and ``reason``; None before and for none."""
        raise NotImplementedError

    async def send(self, message: str | bytes) -> None:
        """Send a message: text for ``str``, binary for ``bytes``.

        Raises ConnectionClosed when the connection is closed.
        """
        raise NotImplementedError

    async def recv(self, timeout: float | None = None) -> Message:
        """Return the next message of the app.

        Waits at most ``timeout`` seconds, by default as long as the client was made to, then
        raises asyncio.TimeoutError. Messages that came before the connection was closed are
        returned first; then ConnectionClosedOK or ConnectionClosedError is raised, those of
        `sanic_legacy_ws`, on every websockets.
        """
        return await within(self.timeout if timeout is None else timeout, self._recv())

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, and wait until that is done. Does nothing when it is closed."""
        raise NotImplementedError

    async def wait_closed(self, timeout: float | None = None) -> None:
        """Wait until the app closes the connection; ``timeout`` is as for `recv`."""
        await within(self.timeout if timeout is None else timeout, self._wait_closed())

    @property
    def closed(self) -> bool:
        """Whether the connection is closed."""
        raise NotImplementedError

    @property
    def close_code(self) -> int | None:
        """The app's close code, 1006 for a connection that was cut off, None while it is open."""
        if not self.closed:
            return None
        return 1006 if self.close_rcvd is None else self.close_rcvd.code

    @property
    def close_reason(self) -> str | None:
        """The app's reason to close, None while the connection is open."""
        if not self.closed:
            return None
        return "" if self.close_rcvd is None else self.close_rcvd.reason

    async def __aiter__(self) -> AsyncIterator[Message]:
        """Iterate over the messages until the connection is closed; a failure is raised."""
        while True:
            try:
                message = await self.recv()
            except ConnectionClosedOK:
                return
            yield message

    async def _recv(self) -> Message:
        """Return the next message, or raise ConnectionClosed."""
        raise NotImplementedError

    async def _wait_closed(self) -> None:
        """Return when the connection is closed."""
        raise NotImplementedError


async def within(timeout: float, awaitable: Awaitable[Result]) -> Result:
    """Await, at most for ``timeout`` seconds; then raise asyncio.TimeoutError that says so."""
    try:
        return await asyncio.wait_for(awaitable, timeout)
    except asyncio.TimeoutError:
        raise asyncio.TimeoutError(f"nothing came within {timeout} seconds") from None


def pairs(headers: Headers) -> list[tuple[str, str]]:
    """Headers as a list of names and values."""
    given: Any = headers
    return list(given.items() if isinstance(given, Mapping) else given)


def headers_of(headers: Iterable[tuple[str, str]]) -> dict[str, str]:
    """Headers by their names in lower case; repeated ones are joined (RFC 9110 section 5.3)."""
    joined: dict[str, str] = {}
    for name, value in headers:
        name = name.lower()
        joined[name] = f"{joined[name]}, {value}" if name in joined else value
    return joined


def target(path: str, query: Query) -> str:
    """The path with the query behind it, encoded."""
    encoded = query if isinstance(query, str) else urlencode(query, doseq=True)
    if not encoded:
        return path
    return f"{path}{'&' if '?' in path else '?'}{encoded}"


__all__ = ["ConnectionRefused", "WebSocketClient"]
