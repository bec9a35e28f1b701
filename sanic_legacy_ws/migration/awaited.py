"""Whether a function awaits a task that it has made, so that both are cancelled together."""

from __future__ import annotations

import ast
from typing import Iterator

from .inference.syntax import own_nodes
from .view import View

TOGETHER = ("asyncio.gather", "asyncio.wait_for")  # cancelled, they cancel what they wait for
AWAITS = (ast.Await, ast.AsyncFor, ast.AsyncWith)


def awaited_next(view: View, call: ast.Call) -> bool:
    """Whether the task that ``call`` makes is awaited before anything else is."""
    made = _outermost(view, call)
    parent = view.module.parents.get(made)
    if not isinstance(parent, ast.Assign):
        return isinstance(parent, ast.Await)
    names = _names(parent)
    for node in _later(view, parent):
        if isinstance(node, AWAITS):
            return isinstance(node, ast.Await) and _stands_for(view, node.value, names)
        if isinstance(node, ast.Assign) and _stands_for(view, node.value, names):
            names |= _names(node)
    return False


def _outermost(view: View, call: ast.Call) -> ast.AST:
    """``call``, or the ``gather()`` in which it stands."""
    parent = view.module.parents.get(call)
    together = isinstance(parent, ast.Call) and view.origin(parent.func) in TOGETHER
    return parent if together and parent is not None else call


def _later(view: View, statement: ast.stmt) -> Iterator[ast.AST]:
    """What stands behind ``statement`` in its function, in the order of the lines."""
    function = view.module.function(statement)
    last = getattr(statement, "end_lineno", None) or statement.lineno
    nodes = own_nodes(function.body if function else [])
    behind = [node for node in nodes if getattr(node, "lineno", 0) > last]
    return iter(sorted(behind, key=lambda node: (node.lineno, node.col_offset)))  # type: ignore


def _stands_for(view: View, value: ast.AST, names: set[str]) -> bool:
    """Whether ``value`` is one of these tasks, or a ``gather()`` of one."""
    together = isinstance(value, ast.Call) and view.origin(value.func) in TOGETHER
    given = value.args if together else [value]  # type: ignore[attr-defined]
    return any(isinstance(node, ast.Name) and node.id in names for node in given)


def _names(assign: ast.Assign) -> set[str]:
    return {target.id for target in assign.targets if isinstance(target, ast.Name)}
