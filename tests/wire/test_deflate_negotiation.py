"""permessage-deflate: parameters, offers and answers."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanic_legacy_ws.wire.deflate import DeflateParameters, negotiate, parse_extensions
from sanic_legacy_ws.wire.errors import HandshakeError

WIDE = DeflateParameters(server_max_window_bits=None, client_max_window_bits=None, min_size=0)
NO_CONTEXT = DeflateParameters(
    server_no_context_takeover=True, client_no_context_takeover=True, min_size=0
)


def answer(offers: str, parameters: DeflateParameters = WIDE) -> str | None:
    agreed = negotiate(offers, parameters)
    return None if agreed is None else agreed[0]


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        ("", ""),
        ("; client_max_window_bits", ""),
        ("; client_max_window_bits=15", ""),
        ("; client_max_window_bits=10", "; client_max_window_bits=10"),
        ("; client_max_window_bits=8", "; client_max_window_bits=8"),
        ("; server_max_window_bits=15", "; server_max_window_bits=15"),
        ("; server_max_window_bits=9", "; server_max_window_bits=9"),
        ("; server_no_context_takeover", "; server_no_context_takeover"),
        ("; client_no_context_takeover", "; client_no_context_takeover"),
        (' ;\tserver_max_window_bits = "10"', "; server_max_window_bits=10"),
        (r'; server_max_window_bits="\1\1"', "; server_max_window_bits=11"),
        (";", ""),
        ("; client_max_window_bits=10 ; ", "; client_max_window_bits=10"),
    ],
)
def test_answer_without_wishes(offer: str, expected: str) -> None:
    """A server without wishes grants those of the client."""
    assert answer("permessage-deflate" + offer) == "permessage-deflate" + expected


@pytest.mark.parametrize(
    ("offer", "expected"),
    [
        ("", "; server_max_window_bits=12"),
        (
            "; client_max_window_bits",
            "; server_max_window_bits=12; client_max_window_bits=12",
        ),
        (
            "; client_max_window_bits=10; server_max_window_bits=11",
            "; server_max_window_bits=11; client_max_window_bits=10",
        ),
        (
            "; client_max_window_bits=13; server_max_window_bits=13",
            "; server_max_window_bits=12; client_max_window_bits=12",
        ),
    ],
)
def test_answer_with_wishes(offer: str, expected: str) -> None:
    """The smaller window wins; the client's is limited only where it offers that."""
    expected = f"permessage-deflate{expected}"
    assert answer(f"permessage-deflate{offer}", DeflateParameters()) == expected


def test_answer_without_contexts() -> None:
    """A server may refuse contexts that the client did not speak of."""
    assert answer("permessage-deflate", NO_CONTEXT) == (
        "permessage-deflate; server_no_context_takeover; client_no_context_takeover"
        "; server_max_window_bits=12"
    )


@pytest.mark.parametrize(
    "offer",
    [
        "x-webkit-deflate-frame",
        "PERMESSAGE-DEFLATE",
        "permessage-deflate; unknown",
        "permessage-deflate; client_max_window_bits; client_max_window_bits",
        "permessage-deflate; server_no_context_takeover; server_no_context_takeover",
        "permessage-deflate; server_no_context_takeover=1",
        "permessage-deflate; client_no_context_takeover=true",
        "permessage-deflate; server_max_window_bits",
        "permessage-deflate; server_max_window_bits=7",
        "permessage-deflate; server_max_window_bits=8",
        "permessage-deflate; server_max_window_bits=16",
        "permessage-deflate; server_max_window_bits=010",
        "permessage-deflate; client_max_window_bits=7",
        "permessage-deflate; client_max_window_bits=16",
        "permessage-deflate; client_max_window_bits=+9",
        "",
    ],
)
def test_declined_offers(offer: str) -> None:
    """An offer that cannot be granted is passed over: the next one is, or there is none."""
    assert answer(offer) is None
    later = "permessage-deflate; server_max_window_bits=10"
    assert answer(f"{offer}, {later}, permessage-deflate") == later


@pytest.mark.parametrize(
    "offers",
    [
        ";",
        "a;;",
        "a;;b",
        "a b",
        "a; b=",
        "a; =b",
        'a; b="',
        'a; b=""',
        'a; b="c',
        'a; b="c d"',
        'a; b=" c"',
        'a; b="c,d"',
        'a; b="c\\"',
        "a; b=c=d",
        "a\r\nX: y",
        "é",
        "permessage-deflate, a;;",
    ],
)
def test_broken_headers(offers: str) -> None:
    """A value that breaks the grammar is answered by 400."""
    with pytest.raises(HandshakeError, match="not a list of extensions") as caught:
        negotiate(offers, WIDE)
    assert caught.value.status == 400


def test_parse_extensions() -> None:
    """Empty elements don't count, order and repetition are kept, quotes are taken off."""
    assert parse_extensions(' a;x ;\ty = "1\\2",, b;x=1;x=2,') == [
        ("a", [("x", None), ("y", "12")]),
        ("b", [("x", "1"), ("x", "2")]),
    ]


@given(st.text(alphabet='permessage-deflate;=," \\\t1', max_size=60))
def test_any_header(offers: str) -> None:
    """Any value is answered, declined, or refused."""
    try:
        agreed = negotiate(offers, WIDE)
    except HandshakeError:
        return
    assert agreed is None or agreed[0].startswith("permessage-deflate")


@pytest.mark.parametrize(
    ("wrong", "message"),
    [
        ({"server_max_window_bits": 8}, "server_max_window_bits is 9 to 15, not 8"),
        ({"server_max_window_bits": 16}, "9 to 15, not 16"),
        ({"client_max_window_bits": 7}, "client_max_window_bits is 8 to 15, not 7"),
        ({"memory_level": 0}, "memory_level is 1 to 9, not 0"),
        ({"memory_level": 10}, "not 10"),
        ({"level": 0}, "level is 1 to 9, not 0"),
        ({"level": 10}, "not 10"),
        ({"min_size": -1}, "min_size is 0 or more, not -1"),
    ],
)
def test_parameters_out_of_range(wrong: dict[str, int], message: str) -> None:
    """A parameter out of its range is named, with the range."""
    with pytest.raises(ValueError, match=message):
        DeflateParameters(**wrong)


@pytest.mark.parametrize("name", ["server_max_window_bits", "level", "min_size"])
@pytest.mark.parametrize("value", ["12", 12.0, True])
def test_parameters_that_are_no_number(name: str, value: object) -> None:
    """A parameter of another type is named."""
    with pytest.raises(TypeError, match=f"{name} is a whole number"):
        DeflateParameters(**{name: value})
