"""SLW506: pins of Sanic and websockets."""

from __future__ import annotations

from typing import Iterator

from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View


def find(view: View, target: Target) -> Iterator[Hit]:
    """Pins stand in requirements and pyproject.toml, which have no tree: see pins.py."""
    return iter(())


RULE = Rule(
    code="SLW506",
    title="Sanic or websockets pinned to an old release",
    why=(
        "Sanic 21.6 and older have the old websocket. Sanic 20.12 and 21.3 need websockets 9.1 or "
        "older, which does not run on Python 3.10 and newer. Apps stay on these releases because "
        "of their WebSocket code. With this package you can change the pin first, and the code "
        "later."
    ),
    find=find,
    to_shim=Change(
        before="sanic==20.12.7\nwebsockets==8.1\n",
        after="sanic>=20.12\nsanic-legacy-ws\n",
        language="text",
    ),
    to_native=Change(
        before="sanic<21.9\nwebsockets<10\n",
        after="sanic>=25.3\nwebsockets>=15\n",
        language="text",
    ),
)
