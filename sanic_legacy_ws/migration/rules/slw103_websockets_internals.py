"""SLW103: modules of websockets' old implementation."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .slw102_common_protocol import HOMES

GONE = {
    "websockets.handshake": "gone from websockets 17",
    "websockets.framing": "gone since websockets 9",
    "websockets.http": "gone from websockets 17",
    "websockets.legacy": "deprecated since websockets 14, and to be removed",
}


def find(view: View, target: Target) -> Iterator[Hit]:
    if not view.module.imports_from("sanic", "sanic_legacy_ws"):
        return
    seen: set[tuple[ast.AST, str]] = set()
    for node, name in _imported(view):
        home = next((home for home in GONE if name == home or name.startswith(f"{home}.")), None)
        if home and not name.endswith(tuple(HOMES)) and (node, home) not in seen:
            seen.add((node, home))
            yield Hit(node, f"{name} belongs to websockets' old implementation ({GONE[home]})")


def _imported(view: View) -> Iterator[tuple[ast.AST, str]]:
    for node in view.module.of(ast.ImportFrom):
        if not node.level:
            yield from ((node, f"{node.module}.{alias.name}") for alias in node.names)
    for plain in view.module.of(ast.Import):
        yield from ((plain, alias.name) for alias in plain.names)


RULE = Rule(
    code="SLW103",
    title="a module of websockets' old implementation",
    why=(
        "Old releases of Sanic used modules of websockets for the handshake and the frames. "
        "websockets has moved, deprecated or removed them. Remove the import, so that it cannot "
        "fail after the next upgrade."
    ),
    find=find,
    to_shim=Change(
        before="from websockets.legacy import handshake\n",
        after="# nothing: sanic_legacy_ws does the handshake\n",
    ),
    to_native=Change(
        before="from websockets.legacy import handshake\n",
        after="# nothing: Sanic does the handshake\n",
    ),
)
