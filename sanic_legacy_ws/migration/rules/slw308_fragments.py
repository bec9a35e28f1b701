"""SLW308: a message sent in fragments."""

from __future__ import annotations

import ast
from typing import Iterator

from ...usage.names import FRAGMENTS
from ..inference.syntax import FUNCTIONS
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View

LITERALS = (ast.List, ast.Tuple, ast.Set, ast.ListComp, ast.SetComp, ast.GeneratorExp)


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.calls("send"):
        if call.node.args and _is_iterable(view, call.node.args[0]):
            say = "Sanic's send() takes one message, no fragments: NotImplementedError"
            yield Hit(call.node, say, call.confidence, _fix(call.node.args[0]))


def _is_iterable(view: View, value: ast.AST) -> bool:
    if isinstance(value, LITERALS):
        return True
    if isinstance(value, ast.Name):
        return _bound_to_iterable(view, value)
    if isinstance(value, ast.Call):
        return any(_is_generator(view, callee) for callee in view.callees(value.func))
    return False


def _bound_to_iterable(view: View, name: ast.Name) -> bool:
    """A local name that is only ever assigned lists."""
    scope = view.module.scope(name)
    values = [
        assign.value
        for assign in view.module.of(ast.Assign)
        if view.module.scope(assign) is scope
        and any(isinstance(target, ast.Name) and target.id == name.id for target in assign.targets)
    ]
    return bool(values) and all(isinstance(value, LITERALS) for value in values)


def _is_generator(view: View, callee: ast.AST) -> bool:
    if not isinstance(callee, FUNCTIONS):
        return False
    return any(view.module.function(found) is callee for found in view.module.of(ast.Yield))


def _fix(value: ast.AST) -> str | None:
    """Literals of one type can be joined."""
    parts = value.elts if isinstance(value, (ast.List, ast.Tuple)) else []
    kinds = {type(part.value) for part in parts if isinstance(part, ast.Constant)}
    whole = all(isinstance(part, ast.Constant) for part in parts)
    return "safe" if parts and whole and kinds in ({str}, {bytes}) else None


RULE = Rule(
    code=FRAGMENTS.code,
    title=FRAGMENTS.title,
    why="Sanic's own `send()` raises NotImplementedError for a list or a generator.",
    find=find,
    fixable="safe",
    to_native=Change(
        before='await ws.send(["one ", "message"])\n',
        after='await ws.send("".join(["one ", "message"]))\n',
        note="The peer gets the same message. But no part is sent before the last one is there.",
    ),
)
