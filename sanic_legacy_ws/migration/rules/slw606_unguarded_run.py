"""SLW606: app.run() at the top level of a module."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import UNGUARDED
from ..inference.syntax import constant
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View


def find(view: View, target: Target) -> Iterator[Hit]:
    body = view.module.tree.body
    if any(node.attr == "start_method" for node in view.module.of(ast.Attribute)):
        return
    for number, line in enumerate(body):
        call = line.value if isinstance(line, ast.Expr) else None
        if isinstance(call, ast.Call) and _runs(call):
            sure = view.app(call.func.value)  # type: ignore[attr-defined]
            if sure is not None:
                say = "workers import this module since Sanic 22.9; put run() in `if __name__ ...`"
                last = all(map(_is_call, body[number + 1 :]))
                yield Hit(line, say, sure, "safe" if last else None)


def _runs(call: ast.Call) -> bool:
    single = any(k.arg == "single_process" and constant(k.value) for k in call.keywords)
    return isinstance(call.func, ast.Attribute) and call.func.attr == "run" and not single


def _is_call(line: ast.stmt) -> bool:
    """What comes after the server's end, and goes under the guard with it."""
    return isinstance(line, ast.Expr) and isinstance(line.value, ast.Call)


CHANGE = Change(
    before="app.run(port=8000)\n",
    after='if __name__ == "__main__":\n    app.run(port=8000)\n',
)
RULE = Rule(
    code=UNGUARDED.code,
    title=UNGUARDED.title,
    why=(
        "Since 22.9 workers are new processes that import the app's module again. There they find "
        "the call that starts the server. Sanic ends with an error, and its manager kills its "
        "whole process group."
    ),
    find=find,
    fixable="safe",
    since=Release(22, 9),
    to_shim=CHANGE,
    to_native=CHANGE,
)
