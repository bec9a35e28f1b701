"""SLW502: run(protocol=WebSocketProtocol)."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import is_protocol

STARTS = frozenset({"run", "create_server", "prepare", "serve"})


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in STARTS:
            for keyword in call.keywords:
                if is_protocol(view, keyword):
                    say = "Sanic chooses its protocol by itself; drop protocol="
                    yield Hit(keyword.value, say, fix="safe")


RULE = Rule(
    code="SLW502",
    title="run(protocol=WebSocketProtocol)",
    why=(
        "Sanic uses its own WebSocketProtocol as soon as the app has a WebSocket route. With an "
        "old class here, or the one of this package, handlers do not get Sanic's own object."
    ),
    find=find,
    fixable="safe",
    to_native=Change(before="app.run(protocol=WebSocketProtocol)\n", after="app.run()\n"),
)
