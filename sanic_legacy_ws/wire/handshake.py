"""The server's side of the opening handshake (RFC 6455 section 4.2).

Parse, then judge: `check_request` reads the headers once and raises HandshakeError, with the
HTTP status to refuse with, at the first rule that is broken. It judges what every HTTP request
owes first, then whether an upgrade is wanted, then its terms:

    405  another method than GET
    400  neither HTTP/1.1 nor HTTP/1.0; Host is doubled; the grammar of Connection and Upgrade
    426  no upgrade to websocket is asked for
    400  Sec-WebSocket-Version is missing, doubled or no number
    426  another version than 13
    400  Sec-WebSocket-Key is missing, doubled or not 16 bytes in base64

Sanic up to 21.6 accepted more than RFC 6455 section 4.2.1 does, and apps, devices and proxies
live by it: HTTP/1.0, a request without Host, and subprotocols that are no tokens (a client's
credentials, often). They are accepted here, but such a subprotocol is never chosen.

No body or header of a refusal repeats what the peer sent.
"""

from __future__ import annotations

from base64 import b64encode
from hashlib import sha1
from re import Pattern
from typing import (
    AbstractSet,
    Dict,
    Iterable,
    List,
    NamedTuple,
    NoReturn,
    Sequence,
    Union,
)

from .errors import HandshakeError

AllowedOrigin = Union[str, None, "Pattern[str]"]

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"
"""RFC 6455 section 1.3."""

_ALNUM = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789"
_TOKEN = _ALNUM + "!#$%&'*+-.^_`|~"  # RFC 9110 section 5.6.2
_PROTOCOL = _TOKEN + "/"  # of an Upgrade header: name, or name/version (RFC 9110 section 7.8)
_BASE64 = _ALNUM + "+/"

READ = frozenset(
    {
        "connection",
        "host",
        "origin",
        "sec-websocket-extensions",
        "sec-websocket-key",
        "sec-websocket-protocol",
        "sec-websocket-version",
        "upgrade",
    }
)
"""The names of the headers that `check_request` looks at."""

# RFC 9110 section 6.4.1: a 1xx response has no content, so nothing may announce one.
_OURS = frozenset({"connection", "content-length", "transfer-encoding", "upgrade"})
# RFC 9110 section 15.5.22: a 426 names the protocol; section 7.8: Connection names the header.
_OFFER = (("Upgrade", "websocket"), ("Connection", "Upgrade"))
_CONTROLS = frozenset(map(chr, range(32))) - {"\t"} | {"\x7f"}

_Found = Dict[str, List[str]]


class HandshakeRequest(NamedTuple):
    """What an upgrade request asks for.

    host: "" for none.
    subprotocols: the client's, in its order, several header lines joined; each as it was sent,
        a token or not.
    extensions: the value of Sec-WebSocket-Extensions, lines joined, "" for none; not judged yet.
    origins: the value of each Origin line, for `check_origin`.
    """

    key: str
    host: str
    subprotocols: tuple[str, ...]
    extensions: str
    origins: tuple[str, ...]


def is_token(text: str) -> bool:
    """Whether ``text`` is a token of RFC 9110 section 5.6.2."""
    # Stripping stops at the first character that is not one of a token.
    return bool(text) and not text.strip(_TOKEN)


def check_request(
    method: str, http_version: str, headers: Iterable[tuple[str, str]]
) -> HandshakeRequest:
    """Judge an upgrade request (RFC 6455 section 4.2.1).

    method: as sent. http_version: such as "1.1". headers: names in lower case, with values.
    Raises HandshakeError (400, 405, 426).
    """
    if method != "GET":
        raise HandshakeError(405, "A WebSocket is opened by GET.", [("Allow", "GET")])
    if http_version not in ("1.1", "1.0"):
        _bad_request("A WebSocket is opened by HTTP/1.1.")
    found: _Found = {}
    for name, value in headers:
        if name in READ:
            if name in found:
                found[name].append(value)
            else:
                found[name] = [value]
    host = _single("Host", found.get("host", ("",)))
    _check_upgrade(found)
    _check_version(found)
    return HandshakeRequest(
        _check_key(found),
        host,
        tuple(_elements(found.get("sec-websocket-protocol", ()))),
        ", ".join(found.get("sec-websocket-extensions", ())),
        tuple(found.get("origin", ())),
    )


def accept_key(key: str) -> str:
    """Sec-WebSocket-Accept for a Sec-WebSocket-Key (RFC 6455 section 4.2.2, item 5.4)."""
    return b64encode(sha1(key.encode() + GUID).digest()).decode()


def choose_subprotocol(
    offered: Sequence[str],
    supported: Sequence[str] | AbstractSet[str] | None,
) -> str | None:
    """The first of the client's subprotocols that is supported, and a token; else None.

    The order is the client's preference (RFC 6455 section 4.1, item 10), and what Sanic up to
    21.6 went by. Raises TypeError if ``supported`` is one string.
    """
    if isinstance(supported, str):
        raise TypeError("subprotocols are a list of names, not one string")
    if supported:
        for subprotocol in offered:
            if subprotocol in supported and is_token(subprotocol):
                return subprotocol
    return None


def validate_origins(allowed: Iterable[AllowedOrigin] | None) -> list[AllowedOrigin] | None:
    """``allowed`` as `check_origin` takes it. Raises TypeError for anything else."""
    if allowed is None:
        return None
    if isinstance(allowed, (str, bytes, Pattern)):
        raise TypeError("origins are a list, not one origin")
    origins = list(allowed)
    for origin in origins:
        if not (origin is None or isinstance(origin, str) or _is_text_pattern(origin)):
            raise TypeError(f"an origin is a str, None or a compiled str pattern, not {origin!r}")
    return origins


def check_origin(origins: Sequence[str], allowed: Iterable[AllowedOrigin] | None) -> None:
    """Refuse an origin that is not ``allowed`` (RFC 6455 section 10.2).

    origins: the value of each Origin line. allowed: None for any origin; else exact strings,
    None for a request without the header, and compiled patterns that match the whole value.
    Raises HandshakeError (403); also for more than one Origin line, which no browser sends.
    """
    if allowed is None:
        return
    if len(origins) > 1:
        raise HandshakeError(403, "More than one Origin header.")
    origin = origins[0] if origins else None
    if not any(_matches(origin, pattern) for pattern in allowed):
        raise HandshakeError(403, "This origin may not open a WebSocket here.")


def response(
    accept: str,
    subprotocol: str | None = None,
    extensions: str | None = None,
    extra_headers: Iterable[tuple[str, str]] = (),
) -> bytes:
    """The bytes of the 101 response (RFC 6455 section 4.2.2, item 5).

    Raises ValueError for what HTTP cannot carry (names that are no token, control characters,
    characters outside latin-1), and for extra headers that are the handshake's own.
    """
    lines = [
        "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n",
        _line("Sec-WebSocket-Accept", accept),
    ]
    if subprotocol is not None:
        if not is_token(subprotocol):
            raise ValueError(f"subprotocol {subprotocol!r} is not a token")
        lines.append(_line("Sec-WebSocket-Protocol", subprotocol))
    if extensions is not None:
        lines.append(_line("Sec-WebSocket-Extensions", extensions))
    for name, value in extra_headers:
        lines.append(_line(_extra_name(name), value))
    lines.append("\r\n")
    try:
        return "".join(lines).encode("latin-1")
    except UnicodeEncodeError:
        raise ValueError("a response header is outside latin-1") from None


def extra_header(name: str, value: str) -> tuple[bytes, bytes]:
    """An extra header of the 101 response, name in lower case, for a server that writes it itself.

    Raises ValueError as `response` does.
    """
    _line(_extra_name(name), value)
    return name.lower().encode(), value.encode("latin-1")


def _check_upgrade(found: _Found) -> None:
    """RFC 6455 section 4.2.1, items 3 and 4."""
    connection, upgrade = found.get("connection"), found.get("upgrade")
    if (
        not connection
        or not upgrade
        or not _has("upgrade", _list("Connection", connection, _TOKEN))
        or not _has("websocket", _list("Upgrade", upgrade, _PROTOCOL))
    ):
        raise HandshakeError(
            426,
            "A WebSocket is served here: ask for it by Connection: Upgrade, Upgrade: websocket.",
            _OFFER,
        )


def _check_version(found: _Found) -> None:
    """RFC 6455 section 4.2.1, item 6, and section 4.4."""
    version = _only("Sec-WebSocket-Version", found.get("sec-websocket-version"))
    if version == "13":
        return
    if not (version.isascii() and version.isdigit()):
        _bad_request("Sec-WebSocket-Version is not a number.")
    raise HandshakeError(
        426,
        "Version 13 of WebSocket is served here.",
        [*_OFFER, ("Sec-WebSocket-Version", "13")],
    )


def _check_key(found: _Found) -> str:
    """RFC 6455 section 4.2.1, item 5: base64 of 16 bytes."""
    key = _only("Sec-WebSocket-Key", found.get("sec-websocket-key"))
    if len(key) != 24 or key[22:] != "==" or key[:22].strip(_BASE64):
        _bad_request("Sec-WebSocket-Key is not 16 bytes in base64.")
    return key


def _only(name: str, values: Sequence[str] | None) -> str:
    if not values:
        _bad_request(f"{name} is missing.")
    value = _single(name, values)
    if not value:
        _bad_request(f"{name} is empty.")
    return value


def _single(name: str, values: Sequence[str]) -> str:
    if len(values) > 1:
        _bad_request(f"{name} is doubled.")
    return values[0].strip(" \t")


def _has(wanted: str, items: Sequence[str]) -> bool:
    return wanted in items or wanted in map(str.lower, items)


def _list(name: str, values: Sequence[str], chars: str) -> list[str]:
    items = _elements(values)
    for item in items:
        if item.strip(chars):
            _bad_request(f"{name} is not a list of tokens.")
    return items


def _elements(values: Iterable[str]) -> list[str]:
    """The elements of a list header; empty ones don't count (RFC 9110 section 5.6.1.2)."""
    items = (item.strip(" \t") for value in values for item in value.split(","))
    return [item for item in items if item]


def _matches(origin: str | None, allowed: AllowedOrigin) -> bool:
    if allowed is None or isinstance(allowed, str):
        return origin == allowed
    return origin is not None and allowed.fullmatch(origin) is not None


def _is_text_pattern(origin: object) -> bool:
    return isinstance(origin, Pattern) and isinstance(origin.pattern, str)


def _extra_name(name: str) -> str:
    if not is_token(name):
        raise ValueError(f"header name {name!r} is not a token")
    lowered = name.lower()
    if lowered in _OURS or lowered.startswith("sec-websocket-"):
        raise ValueError(f"header {name} is the handshake's own")
    return name


def _line(name: str, value: str) -> str:
    if not _CONTROLS.isdisjoint(value):
        raise ValueError(f"the value of header {name} has control characters")
    return f"{name}: {value}\r\n"


def _bad_request(body: str) -> NoReturn:
    raise HandshakeError(400, body)
