"""The client of the installed websockets, 8.1 to 17.4, for tests: 14 brought another one."""

from __future__ import annotations

import asyncio
import inspect
from typing import Any, NamedTuple, Sequence

from websockets import connect as _connect

from ..exceptions import Close

_PARAMETERS = inspect.signature(_connect.__init__).parameters
_HEADERS = "additional_headers" if "additional_headers" in _PARAMETERS else "extra_headers"
_OPTIONS: dict[str, Any] = {
    "max_size": None,
    "max_queue": None,  # else the close frame waits behind messages that nobody reads
    "ping_interval": None,
    "compression": None,
}
if "proxy" in _PARAMETERS:  # since 15: that of the environment
    _OPTIONS["proxy"] = None


class Ending(NamedTuple):
    """Both close frames of a connection that is closed, and whether the peer's came first."""

    rcvd: Close | None
    sent: Close | None
    rcvd_then_sent: bool | None


async def connect(
    url: str, headers: Sequence[tuple[str, str]], subprotocols: Sequence[str], timeout: float
) -> Any:
    """Return a connection of the installed websockets. Raises as its ``connect`` does."""
    more: dict[str, Any] = {_HEADERS: list(headers), "subprotocols": list(subprotocols) or None}
    made = _connect(url, close_timeout=timeout, **more, **_OPTIONS)
    return await asyncio.wait_for(made, timeout)


def refusal(error: BaseException) -> tuple[int, list[tuple[str, str]], bytes | None] | None:
    """Status, headers and body if ``error`` says that the server refused, else None.

    The body is None where the client keeps none: before websockets 14.
    """
    response: Any = getattr(error, "response", None)
    if response is not None:
        body = None if response.body is None else bytes(response.body)
        return response.status_code, list(response.headers.raw_items()), body
    status = getattr(error, "status_code", None)
    if status is None:
        return None
    headers: Any = getattr(error, "headers", None)  # since 10
    return status, list(headers.raw_items()) if headers is not None else [], None


def response_headers(connection: Any) -> list[tuple[str, str]]:
    """The headers of the server's response to the opening handshake."""
    response = getattr(connection, "response", None)
    headers: Any = connection.response_headers if response is None else response.headers
    return list(headers.raw_items())


def is_closed(connection: Any) -> bool:
    """Whether a connection is closed: the fourth of its states, in every release."""
    return int(getattr(connection, "protocol", connection).state) == 3


def ending(connection: Any) -> Ending:
    """How a connection that is closed ended."""
    protocol = getattr(connection, "protocol", connection)
    if hasattr(protocol, "close_rcvd"):  # since 10
        rcvd, sent = protocol.close_rcvd, protocol.close_sent
        return Ending(_close(rcvd), _close(sent), protocol.close_rcvd_then_sent)
    code = protocol.close_code
    return Ending(None if code == 1006 else Close(code, protocol.close_reason), None, None)


def _close(frame: Any) -> Close | None:
    return None if frame is None else Close(int(frame.code), frame.reason)
