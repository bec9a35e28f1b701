"""SLW105: imports of this package, on the way off it."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .slw101_removed_module import NATIVE, guarded

PACKAGE = "sanic_legacy_ws"
HOMES = {
    **{name: NATIVE[name] for name in ("WebSocketProtocol", "WebSocketConnection")},
    "LegacyWebSocket": ("sanic.server.websockets.impl", "WebsocketImplProtocol"),
    "ConnectionClosed": NATIVE["ConnectionClosed"],
}


def find(view: View, target: Target) -> Iterator[Hit]:
    for node in view.module.of(ast.ImportFrom):
        if node.module == PACKAGE and not node.level and not guarded(view, node):
            known = all(alias.name in HOMES for alias in node.names)
            names = ", ".join(alias.name for alias in node.names)
            say = f"{names} belongs to this package, not to Sanic"
            yield Hit(node, say, fix="safe" if known else None)
    for plain in view.module.of(ast.Import):
        ours = any(alias.name.partition(".")[0] == PACKAGE for alias in plain.names)
        if ours and not guarded(view, plain):
            yield Hit(plain, f"{PACKAGE} is the package that the app leaves")


RULE = Rule(
    code="SLW105",
    title="an import of this package",
    why="When an app leaves the package, remove this import last, together with `install()`.",
    find=find,
    fixable="safe",
    to_native=Change(
        before="from sanic_legacy_ws import LegacyWebSocket\n",
        after=(
            "from sanic.server.websockets.impl import WebsocketImplProtocol as LegacyWebSocket\n"
        ),
    ),
)
