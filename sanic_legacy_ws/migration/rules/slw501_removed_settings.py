"""SLW501: settings that Sanic dropped in 21.9."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import View

NAMES = frozenset({"WEBSOCKET_MAX_QUEUE", "WEBSOCKET_READ_LIMIT", "WEBSOCKET_WRITE_LIMIT"})
SPELLED = re.compile(r"(SANIC_)?WEBSOCKET_(MAX_QUEUE|READ_LIMIT|WRITE_LIMIT)")


def find(view: View, target: Target) -> Iterator[Hit]:
    for node in view.module.of(ast.Attribute):
        if node.attr in NAMES:
            yield _hit(view, node, node.attr)
    for name in view.module.of(ast.Name):
        if name.id in NAMES and isinstance(name.ctx, ast.Store):
            yield _hit(view, name, name.id)
    # In a set of names, which is there to ask whether it has one, nothing is set.
    for text in view.module.of(ast.Constant):
        asked = isinstance(view.module.parents.get(text), ast.Set)
        if isinstance(text.value, str) and SPELLED.fullmatch(text.value) and not asked:
            yield _hit(view, text, text.value)
    for keyword in view.module.of(ast.keyword):
        if keyword.arg in NAMES:
            yield _hit(view, keyword.value, keyword.arg)


def _hit(view: View, node: ast.AST, name: str) -> Hit:
    parent = view.module.parents.get(node)
    assigned = isinstance(parent, ast.Assign) and len(parent.targets) == 1
    setting = isinstance(node, ast.Attribute) and view.origin(node.value).endswith("config")
    reads = isinstance(node, ast.Attribute) and isinstance(node.ctx, ast.Load)
    effect = "reading it is an AttributeError" if reads else "Sanic's own websocket ignores it"
    say = f"{name} is gone since Sanic 21.9: {effect}"
    return Hit(node, say, Confidence.CERTAIN, "safe" if assigned and setting else None)


RULE = Rule(
    code="SLW501",
    title="settings that Sanic removed",
    why=(
        "`WEBSOCKET_MAX_QUEUE`, `WEBSOCKET_READ_LIMIT` and `WEBSOCKET_WRITE_LIMIT` were removed in "
        "21.9. Setting them has no effect. Reading one that you did not set is an AttributeError. "
        "With this package they work on every Sanic."
    ),
    find=find,
    fixable="safe",
    to_native=Change(
        before="app.config.WEBSOCKET_MAX_QUEUE = 32\n",
        after="# nothing: Sanic's own websocket holds one unread message\n",
    ),
)
