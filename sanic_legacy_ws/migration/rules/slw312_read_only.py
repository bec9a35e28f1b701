"""SLW312: attributes of the app's own whose names the old websocket has taken."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View

# What the websocket of this package has, and what cannot be set on it.
NAMES = frozenset(
    {"close_code", "close_connection_task", "close_reason", "closed", "connection"}
    | {"connection_lost_waiter", "extensions", "host", "keepalive_ping_task"}
    | {"local_address", "messages", "open", "parser_exc", "pings", "port", "remote_address"}
    | {"secure", "stats", "transfer_data_task", "waited_on", "ws_proto"}
)


def find(view: View, target: Target) -> Iterator[Hit]:
    for node, sure in view.attributes():
        if node.attr in NAMES and isinstance(node.ctx, ast.Store):
            say = f".{node.attr} of this package's object cannot be set; use another name"
            yield Hit(node, say, sure)


RULE = Rule(
    code="SLW312",
    title="an attribute that cannot be set",
    why=(
        "Sanic's own websocket takes any attribute. The object of this package does, too, unless "
        "it has one of that name that is only read: setting it is an AttributeError."
    ),
    find=find,
    to_shim=Change(
        before='ws.stats = {"sent": 0}\n',
        after='ws.own_stats = {"sent": 0}\n',
    ),
)
