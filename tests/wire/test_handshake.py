"""The server's side of the opening handshake."""

from __future__ import annotations

import re
from base64 import b64encode
from typing import Iterable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanic_legacy_ws.wire.errors import HandshakeError
from sanic_legacy_ws.wire.handshake import (
    accept_key,
    check_origin,
    check_request,
    choose_subprotocol,
    extra_header,
    is_token,
    response,
    validate_origins,
)

KEY = "dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
GOOD = (
    ("host", "server.example.com"),
    ("upgrade", "websocket"),
    ("connection", "Upgrade"),
    ("sec-websocket-key", KEY),
    ("sec-websocket-version", "13"),
)
HeaderLines = Iterable["tuple[str, str]"]


def without(*names: str) -> list[tuple[str, str]]:
    return [(name, value) for name, value in GOOD if name not in names]


def refusal(headers: HeaderLines, method: str = "GET", http_version: str = "1.1") -> HandshakeError:
    with pytest.raises(HandshakeError) as caught:
        check_request(method, http_version, headers)
    return caught.value


def with_value(name: str, *values: str) -> list[tuple[str, str]]:
    return [*without(name), *((name, value) for value in values)]


def test_plain_request() -> None:
    """A request that has what RFC 6455 demands is accepted, with nothing offered."""
    assert check_request("GET", "1.1", GOOD) == (KEY, "server.example.com", (), "", ())


def test_everything_offered() -> None:
    """Lines of one list header are joined in order; the client's spelling is kept."""
    request = check_request(
        "GET",
        "1.1",
        [
            ("sec-websocket-protocol", "chat, Superchat"),
            ("origin", "https://a.example"),
            *GOOD,
            ("sec-websocket-extensions", "a; x=1"),
            ("sec-websocket-protocol", "\tv2.chat ,,"),
            ("sec-websocket-extensions", "b"),
            ("x-other", "\x00\r\n"),
        ],
    )
    assert request.subprotocols == ("chat", "Superchat", "v2.chat")
    assert request.extensions == "a; x=1, b"
    assert request.origins == ("https://a.example",)


@pytest.mark.parametrize(
    ("name", "values"),
    [
        ("connection", ["keep-alive, Upgrade"]),
        ("connection", ["keep-alive", "UPGRADE"]),
        ("connection", [", upgrade ,"]),
        ("upgrade", ["WebSocket"]),
        ("upgrade", ["h2c, foo/1.0, websocket"]),
        ("sec-websocket-key", [f" {KEY}\t"]),
        ("sec-websocket-version", [" 13 "]),
        ("sec-websocket-protocol", [""]),
        ("host", []),
        ("host", [" "]),
    ],
)
def test_other_spellings(name: str, values: list[str]) -> None:
    """HTTP's freedom is granted: case, list elements, several lines, white space, no Host."""
    assert check_request("GET", "1.1", with_value(name, *values)).key == KEY


@pytest.mark.parametrize("method", ["POST", "HEAD", "get", "OPTIONS", ""])
def test_method(method: str) -> None:
    """Another method than GET is answered by 405, which names the one that is allowed."""
    error = refusal(GOOD, method)
    assert (error.status, error.headers) == (405, (("Allow", "GET"),))


@pytest.mark.parametrize("http_version", ["0.9", "1.2", "2", "3", ""])
def test_http_version(http_version: str) -> None:
    """What has no such upgrade is refused."""
    assert refusal(GOOD, http_version=http_version).status == 400


def test_http_10() -> None:
    """What proxies speak that nobody told otherwise is accepted."""
    assert check_request("GET", "1.0", GOOD).key == KEY


@pytest.mark.parametrize(
    ("values", "found"),
    [
        (["Bearer eyJhbGciOiJI.e30"], ("Bearer eyJhbGciOiJI.e30",)),
        (["chat, dG9rZW4="], ("chat", "dG9rZW4=")),
        (["a", "b/c"], ("a", "b/c")),
        (["\u00e9", "a\udcff"], ("\u00e9", "a\udcff")),
    ],
)
def test_subprotocols_that_are_no_tokens(values: list[str], found: tuple[str, ...]) -> None:
    """They are there as they came."""
    request = check_request("GET", "1.1", with_value("sec-websocket-protocol", *values))
    assert request.subprotocols == found


@pytest.mark.parametrize(
    "headers",
    [
        without("upgrade"),
        without("connection"),
        without("upgrade", "connection"),
        [("host", "a")],
        with_value("upgrade", "h2c"),
        with_value("upgrade", "websocket/13"),
        with_value("upgrade", ""),
        with_value("connection", "close"),
    ],
)
def test_no_upgrade_is_asked_for(headers: HeaderLines) -> None:
    """A request for anything but a WebSocket is told what to ask for."""
    error = refusal(headers)
    assert error.status == 426
    assert error.headers == (("Upgrade", "websocket"), ("Connection", "Upgrade"))


@pytest.mark.parametrize("version", ["0", "8", "12", "14", "99"])
def test_wrong_version(version: str) -> None:
    """Another version is told the right one, and what to upgrade to."""
    error = refusal(with_value("sec-websocket-version", version))
    assert error.status == 426
    offer = (("Upgrade", "websocket"), ("Connection", "Upgrade"))
    assert error.headers == (*offer, ("Sec-WebSocket-Version", "13"))


@pytest.mark.parametrize(
    ("name", "values", "body"),
    [
        ("host", ["a", "a"], "Host is doubled."),
        ("connection", ["Up grade"], "Connection is not a list of tokens."),
        ("connection", ["upgrade; x"], "Connection is not a list of tokens."),
        ("upgrade", ['"websocket"'], "Upgrade is not a list of tokens."),
        ("upgrade", ["webSoc\u212aet"], "Upgrade is not a list of tokens."),
        ("sec-websocket-version", [], "Sec-WebSocket-Version is missing."),
        ("sec-websocket-version", ["13", "13"], "Sec-WebSocket-Version is doubled."),
        ("sec-websocket-version", ["13, 8"], "Sec-WebSocket-Version is not a number."),
        ("sec-websocket-version", ["\u0661\u0663"], "Sec-WebSocket-Version is not a number."),
        ("sec-websocket-key", [], "Sec-WebSocket-Key is missing."),
        ("sec-websocket-key", [KEY, KEY], "Sec-WebSocket-Key is doubled."),
        ("sec-websocket-key", [""], "Sec-WebSocket-Key is empty."),
    ],
)
def test_bad_requests(name: str, values: list[str], body: str) -> None:
    """What breaks HTTP's or RFC 6455's grammar is answered by 400, which says what is wrong."""
    error = refusal(with_value(name, *values))
    assert (error.status, error.headers) == (400, ())
    assert error.body == body


@pytest.mark.parametrize(
    "key",
    [
        "dGhlIHNhbXBsZSBub25jZQ=",
        "dGhlIHNhbXBsZSBub25jZQ===",
        "dGhlIHNhbXBsZSBub25jZWE=",
        "dGhlIHNhbXBsZSBub25jZWFh",
        "dGhlIHNhbXBsZSBub25j",
        "dGhlIHNhbXBsZSBub2-jZQ==",
        "dGhlIHNhbXBsZS=ub25jZQ==",
        "dGhlIHNhbXBsZSBub25j Q==",
        "dGhlIHNhbXBsZSBub25j\u00e9Q==",
    ],
)
def test_keys_that_are_not_16_bytes_in_base64(key: str) -> None:
    """Length, alphabet and padding of the key are checked."""
    error = refusal(with_value("sec-websocket-key", key))
    assert (error.status, error.body) == (400, "Sec-WebSocket-Key is not 16 bytes in base64.")


@pytest.mark.parametrize(
    ("headers", "status"),
    [
        ([("host", "a"), ("host", "b"), ("sec-websocket-version", "8")], 400),
        ([("host", "a"), ("sec-websocket-version", "8")], 426),
        ([*without("sec-websocket-version", "sec-websocket-key"), GOOD[-1]], 400),
        ([*without("sec-websocket-version", "sec-websocket-key"), (GOOD[-1][0], "8")], 426),
    ],
)
def test_order_of_judgement(headers: HeaderLines, status: int) -> None:
    """HTTP's own rules come before the wish to upgrade, then the version, then the key."""
    assert refusal(headers).status == status


HEADER_NAMES = st.sampled_from([name for name, _ in GOOD] + ["origin", "sec-websocket-protocol"])
HEADER_VALUES = st.one_of(
    st.text(max_size=30), st.sampled_from([value for _, value in GOOD] + ["a, b", "", ","])
)


@given(st.lists(st.tuples(HEADER_NAMES, HEADER_VALUES)), st.booleans())
def test_any_headers(headers: list[tuple[str, str]], complete: bool) -> None:
    """Whatever the headers, a request is accepted with safe values or refused by 400 or 426."""
    try:
        request = check_request("GET", "1.1", [*(GOOD if complete else ()), *headers])
    except HandshakeError as refused:
        request = None
        status, body = refused.status, refused.body
    if request is None:
        assert status in (400, 426)
        assert body.isascii()
    else:
        assert re.fullmatch("[A-Za-z0-9+/]{22}==", request.key)
        assert is_token(choose_subprotocol(request.subprotocols, request.subprotocols) or "none")


@given(st.binary(min_size=16, max_size=16))
def test_every_key_is_accepted(nonce: bytes) -> None:
    """Any 16 bytes make a key."""
    key = b64encode(nonce).decode()
    assert check_request("GET", "1.1", with_value("sec-websocket-key", key)).key == key


def test_tokens() -> None:
    """A token is one or more of the characters that RFC 9110 lists."""
    characters = [chr(code) for code in range(0x100) if is_token(chr(code))]
    assert "".join(characters) == (
        "!#$%&'*+-.0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ^_`abcdefghijklmnopqrstuvwxyz|~"
    )
    assert is_token("".join(characters))
    assert not is_token("")
    assert not is_token("a b")


def test_accept_key() -> None:
    """The example of RFC 6455 section 1.3."""
    assert accept_key(KEY) == ACCEPT


@pytest.mark.parametrize("kind", [list, tuple, set, frozenset])
def test_first_subprotocol_of_the_client_wins(kind: type) -> None:
    """The client's order decides, however the server keeps its names."""
    assert choose_subprotocol(["x", "a", "b"], kind(["b", "a"])) == "a"


@pytest.mark.parametrize(
    ("offered", "supported"),
    [
        ([], ["a"]),
        (["a"], None),
        (["a"], []),
        (["a", "b"], ("c",)),
        (["A"], {"a"}),
        (["a b", "b=", "\u00e9"], ["a b", "b=", "\u00e9"]),
    ],
)
def test_no_common_subprotocol(offered: list[str], supported: list[str] | None) -> None:
    """None in common is no error; names are compared as they are spelled, and are tokens."""
    assert choose_subprotocol(offered, supported) is None


def test_subprotocols_are_not_one_string() -> None:
    """One string would match by its parts, so it is refused."""
    with pytest.raises(TypeError, match="not one string"):
        choose_subprotocol(["ha"], "chat")


ALLOWED = ["https://a.example", re.compile(r"https://[a-z]+\.b\.example")]


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [
        ([], None),
        (["null", "x"], None),
        ([], [None]),
        (["https://a.example"], ALLOWED),
        (["https://x.b.example"], ALLOWED),
        (["null"], ["null"]),
    ],
)
def test_allowed_origins(origins: list[str], allowed: list[str] | None) -> None:
    """None allows all; a list allows what equals, or matches as a whole, one of its elements."""
    check_origin(origins, validate_origins(allowed))


@pytest.mark.parametrize(
    ("origins", "allowed"),
    [
        (["https://a.example"], []),
        ([], ALLOWED),
        ([""], [None]),
        (["https://a.example.evil"], ALLOWED),
        (["https://A.example"], ALLOWED),
        (["https://x.b.example.evil"], ALLOWED),
        (["evil https://x.b.example"], ALLOWED),
        (["https://x.b.example\n"], ALLOWED),
        (["https://a.example", "https://a.example"], ALLOWED),
    ],
)
def test_refused_origins(origins: list[str], allowed: list[str]) -> None:
    """Everything else is answered by 403, without a word of what was sent."""
    with pytest.raises(HandshakeError) as caught:
        check_origin(origins, validate_origins(allowed))
    assert caught.value.status == 403
    assert "example" not in caught.value.body


@pytest.mark.parametrize("allowed", ["https://a", b"x", re.compile("x"), [b"x"], [re.compile(b"")]])
def test_origins_that_are_no_list_of_origins(allowed: object) -> None:
    """A mistake in the list of origins is an error of the configuration, not a refusal."""
    with pytest.raises(TypeError, match="origin"):
        validate_origins(allowed)


def test_response_of_the_rfc() -> None:
    """The response of RFC 6455 section 1.3, byte by byte."""
    assert response(ACCEPT, "chat") == (
        b"HTTP/1.1 101 Switching Protocols\r\n"
        b"Upgrade: websocket\r\n"
        b"Connection: Upgrade\r\n"
        b"Sec-WebSocket-Accept: s3pPLMBiTxaQ9kYGzzhZRbK+xOo=\r\n"
        b"Sec-WebSocket-Protocol: chat\r\n"
        b"\r\n"
    )


def test_response_with_everything() -> None:
    """Extensions and extra headers follow, the latter in latin-1 and possibly repeated."""
    extra = [("Set-Cookie", "a=é"), ("Set-Cookie", "b=\t2"), ("X-Empty", "")]
    assert response(ACCEPT, None, "permessage-deflate", extra).endswith(
        b"Sec-WebSocket-Extensions: permessage-deflate\r\n"
        b"Set-Cookie: a=\xe9\r\nSet-Cookie: b=\t2\r\nX-Empty: \r\n\r\n"
    )


@pytest.mark.parametrize("bad", ["\r\nX: y", "a\rb", "a\nb", "a\0b", "a\x7fb", "a\x1bb"])
def test_no_injection(bad: str) -> None:
    """Control characters get into no part of the response."""
    with pytest.raises(ValueError, match="control characters"):
        response(bad)
    with pytest.raises(ValueError, match="not a token"):
        response(ACCEPT, bad)
    with pytest.raises(ValueError, match="control characters"):
        response(ACCEPT, None, bad)
    with pytest.raises(ValueError, match="header X has control characters"):
        response(ACCEPT, None, None, [("X", bad)])
    with pytest.raises(ValueError, match="not a token"):
        response(ACCEPT, None, None, [(bad, "x")])


@pytest.mark.parametrize("value", ["\u0100", "\u560d\u560a", "\udcff"])
def test_response_is_latin_1(value: str) -> None:
    """What latin-1 lacks is refused, not replaced."""
    with pytest.raises(ValueError, match="latin-1"):
        response(ACCEPT, None, None, [("X", value)])


@pytest.mark.parametrize("name", ["", "a b", "a:", "é", "a\u0100", "(x)"])
def test_header_names_are_tokens(name: str) -> None:
    """A header name that is no token is refused."""
    with pytest.raises(ValueError, match="not a token"):
        response(ACCEPT, None, None, [(name, "x")])


@pytest.mark.parametrize(
    "name",
    [
        "Upgrade",
        "CONNECTION",
        "Sec-WebSocket-Accept",
        "sec-websocket-protocol",
        "Sec-WebSocket-Extensions",
        "Content-Length",
        "Transfer-Encoding",
    ],
)
def test_own_headers_cannot_be_overridden(name: str) -> None:
    """Extra headers that are the handshake's own, or announce a body, are refused."""
    with pytest.raises(ValueError, match="the handshake's own"):
        response(ACCEPT, None, None, [(name, "x")])


@given(st.text(), st.text())
def test_response_is_one_head(name: str, value: str) -> None:
    """Whatever a header holds, the response is one head of lines, or refused."""
    try:
        head = response(ACCEPT, None, None, [(name, value)])
    except ValueError:
        return
    assert head.endswith(b"\r\n\r\n")
    lines = head[:-4].split(b"\r\n")
    assert lines[4:] == [f"{name}: {value}".encode("latin-1")]
    assert b"\n" not in b"".join(lines)


def test_extra_header_of_another_server():
    """The name is in lower case, the value as it goes over the wire."""
    assert extra_header("X-Cafe", "cr\u00e8me") == (b"x-cafe", b"cr\xe8me")


@pytest.mark.parametrize(
    ("name", "value"),
    [("X Y", "v"), ("Sec-WebSocket-Protocol", "v"), ("X", "a\r\nb"), ("X", "\u20ac")],
)
def test_extra_header_refuses(name, value):
    """What the 101 response may not carry is refused, whoever writes it."""
    with pytest.raises(ValueError, match=r"header|codec"):
        extra_header(name, value)
