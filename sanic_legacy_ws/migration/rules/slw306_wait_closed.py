"""SLW306: wait_closed()."""

from __future__ import annotations

import ast
from typing import Iterator

from ...usage.names import WAIT_CLOSED
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import own_attributes


def find(view: View, target: Target) -> Iterator[Hit]:
    if "wait_closed" in own_attributes(view):
        return
    for node, confidence in view.attributes():
        if node.attr == "wait_closed":
            called = isinstance(view.module.parents.get(node), ast.Call)
            say = "Sanic's own websocket has no wait_closed(); use wait_for_connection_lost()"
            yield Hit(node, say, confidence, "safe" if called else None)


RULE = Rule(
    code=WAIT_CLOSED.code,
    title=WAIT_CLOSED.title,
    why="Sanic's own websocket has `wait_for_connection_lost()` instead.",
    find=find,
    fixable="safe",
    to_native=Change(
        before="await ws.wait_closed()\n",
        after="await ws.wait_for_connection_lost()\n",
        note="Sanic cancels the handler when the peer goes, so wait in another task.",
    ),
)
