"""From a Sanic request to the 101 response: judge it, ask the hook, choose, answer."""

from __future__ import annotations

import re
from inspect import isawaitable
from typing import Mapping, NamedTuple, Sequence

from sanic.exceptions import SanicException
from sanic.log import logger

from .._compat.interfaces import Request, Subprotocols
from ..wire import deflate, handshake
from ..wire.errors import HandshakeError
from .settings import Settings, compression


class Upgrade(NamedTuple):
    """An upgrade that was granted: what to answer, and what was agreed on."""

    response: bytes
    subprotocol: str | None
    deflate: deflate.Deflate | None
    headers: dict[str, str]


async def negotiate(request: Request, subprotocols: Subprotocols, settings: Settings) -> Upgrade:
    """Judge ``request`` and settle the terms.

    Raises a SanicException with the right status for a request that is refused, here or by the
    app's ``WEBSOCKET_BEFORE_UPGRADE``.
    """
    try:
        asked = handshake.check_request(request.method, request.version, _headers(request))
        handshake.check_origin(asked.origins, settings.origins)
        agreed = None
        parameters = _parameters(request, settings) if asked.extensions else None
        if parameters is not None:
            agreed = deflate.negotiate(asked.extensions, parameters)
    except HandshakeError as exc:
        raise refusal(exc) from None
    if request.version == "1.0":
        _warn_of_http10()
    extra = await _ask_hook(request, settings)
    subprotocol = await _choose(request, asked.subprotocols, subprotocols, settings)
    answer, codec = agreed or (None, None)
    response = handshake.response(handshake.accept_key(asked.key), subprotocol, answer, extra)
    return Upgrade(response, subprotocol, codec, dict(extra))


async def agree(
    request: Request, offered: Sequence[str], supported: Subprotocols, settings: Settings
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
    return await _choose(request, offered, supported, settings), extra


def _parameters(request: Request, settings: Settings) -> deflate.DeflateParameters | None:
    chosen = settings.compression
    return compression("WEBSOCKET_COMPRESSION", chosen(request)) if callable(chosen) else chosen


def _headers(request: Request) -> list[tuple[str, str]]:
    """Every line of the headers that count. Sanic keeps names in lower case.

    Asked for by name: a loop over all headers makes the multidict create two objects for each, and
    keep them (100 bytes).
    """
    lines = request.headers.getall
    return [(name, value) for name in handshake.READ for value in lines(name, ())]


async def _ask_hook(request: Request, settings: Settings) -> list[tuple[str, str]]:
    if settings.before_upgrade is None:
        return []
    headers = settings.before_upgrade(request)
    if isawaitable(headers):
        headers = await headers
    if not headers:
        return []
    return list(headers.items() if isinstance(headers, Mapping) else headers)


async def _choose(
    request: Request, offered: Sequence[str], supported: Subprotocols, settings: Settings
) -> str | None:
    """Have the app's ``WEBSOCKET_SELECT_SUBPROTOCOL`` choose among what the client offers, if any.

    Raises ValueError for a choice that the client did not offer: it would have to fail the
    connection (RFC 6455 section 4.1).
    """
    chosen = handshake.choose_subprotocol(offered, supported)
    if settings.select_subprotocol is not None and offered:
        chosen = settings.select_subprotocol(request, list(offered), list(supported or ()))
        if isawaitable(chosen):
            chosen = await chosen
        if chosen is not None and not (chosen in offered and handshake.is_token(chosen)):
            raise ValueError(f"WEBSOCKET_SELECT_SUBPROTOCOL chose {chosen!r} of {list(offered)}")
    return chosen


_warned_of_http10 = False  # one warning a process


def _warn_of_http10() -> None:
    """HTTP/1.0 has no upgrades (RFC 9110 section 7.8), and a proxy may act on that some day."""
    global _warned_of_http10
    if not _warned_of_http10:
        _warned_of_http10 = True
        logger.warning(
            "A WebSocket was opened by HTTP/1.0, which does not know upgrades. The proxy in front "
            "should use HTTP/1.1; nginx does so by these lines: proxy_http_version 1.1; "
            'proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection "upgrade";'
        )


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
