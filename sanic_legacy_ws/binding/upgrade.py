"""From a Sanic request to the 101 response: judge it, ask the hook, choose, answer."""

from __future__ import annotations

import re
from inspect import isawaitable
from typing import Any, Iterable, Mapping, NamedTuple, Sequence

from sanic.exceptions import SanicException

from ..wire import deflate, handshake
from ..wire.errors import HandshakeError
from .settings import Settings, compression


class Upgrade(NamedTuple):
    """An upgrade that was granted: what to answer, and what was agreed on."""

    response: bytes
    subprotocol: str | None
    deflate: deflate.Deflate | None
    headers: dict[str, str]


async def negotiate(request: Any, subprotocols: Any, settings: Settings) -> Upgrade:
    """Judge ``request`` and settle the terms.

    Raises a SanicException with the right status for a request that is refused, here or by the
    app's ``WEBSOCKET_BEFORE_UPGRADE``.
    """
    request.url  # noqa: B018 - Sanic caches it at first use, with what proxies forwarded
    try:
        asked = handshake.check_request(request.method, request.version, _headers(request))
        handshake.check_origin(asked.origins, settings.origins)
        agreed = None
        parameters = _parameters(request, settings) if asked.extensions else None
        if parameters is not None:
            agreed = deflate.negotiate(asked.extensions, parameters)
    except HandshakeError as exc:
        raise refusal(exc) from None
    extra = await _ask_hook(request, settings)
    subprotocol = handshake.choose_subprotocol(asked.subprotocols, subprotocols)
    answer, codec = agreed or (None, None)
    response = handshake.response(handshake.accept_key(asked.key), subprotocol, answer, extra)
    return Upgrade(response, subprotocol, codec, dict(extra))


async def agree(
    request: Any, offered: Sequence[str], supported: Any, settings: Settings
) -> tuple[str | None, list[tuple[str, str]]]:
    """Settle the terms of an upgrade that an ASGI server has judged by its RFC rules already.

    offered: the client's subprotocols. supported: the route's. Returns the subprotocol and the
    extra headers of the response; raises as `negotiate`.
    """
    try:
        handshake.check_origin(request.headers.getall("origin", ()), settings.origins)
    except HandshakeError as exc:
        raise refusal(exc) from None
    extra = await _ask_hook(request, settings)
    return handshake.choose_subprotocol(offered, supported), extra


def _parameters(request: Any, settings: Settings) -> deflate.DeflateParameters | None:
    chosen = settings.compression
    return compression("WEBSOCKET_COMPRESSION", chosen(request)) if callable(chosen) else chosen


def _headers(request: Any) -> Iterable[tuple[str, str]]:
    """Sanic keeps names in lower case, and every line of a repeated header."""
    items: Iterable[tuple[str, str]] = request.headers.items()
    return items


async def _ask_hook(request: Any, settings: Settings) -> list[tuple[str, str]]:
    if settings.before_upgrade is None:
        return []
    headers = settings.before_upgrade(request)
    if isawaitable(headers):
        headers = await headers
    if not headers:
        return []
    return list(headers.items() if isinstance(headers, Mapping) else headers)


def refusal(error: HandshakeError) -> SanicException:
    """Return what makes Sanic answer with the error's status, and log no traceback."""
    refused = SanicException(error.body, status_code=error.status)
    refused.quiet = True
    refused.headers = dict(error.headers)
    return refused


_CONNECTION = re.compile(rb"\r\nconnection: ", re.IGNORECASE)


def name_upgrade(response: bytes) -> bytes:
    """Name Upgrade in the Connection header of a 426, which Sanic sets to its own value.

    ``response`` holds the whole head. A header Upgrade is one of this connection only, and
    Connection has to say so (RFC 9110 section 7.8).
    """
    head, end, body = response.partition(b"\r\n\r\n")
    if b"\r\nupgrade: " in head.lower():
        head = _CONNECTION.sub(rb"\g<0>Upgrade, ", head, 1)
    return head + end + body
