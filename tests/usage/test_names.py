"""The names that only the old websocket has."""

from __future__ import annotations

from sanic_legacy_ws.usage.names import CODES, OLD_ONLY, TITLES


def test_a_name_belongs_to_one_rule():
    """No attribute is claimed by two rules, so a use counts once."""
    assert len(CODES) == sum(len(group.names) for group in OLD_ONLY)
    assert len(TITLES) == len(OLD_ONLY)


def test_names_of_both_are_none_of_them():
    """What Sanic's own object has as well is no old-only name."""
    assert CODES["open"] == "SLW301"
    assert not {"send", "recv", "close", "ping", "pong", "subprotocol"} & CODES.keys()
