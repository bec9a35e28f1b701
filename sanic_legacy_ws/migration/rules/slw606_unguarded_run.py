"""SLW606: app.run() at the top level of a module."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import UNGUARDED
from ..import_time import is_guard
from ..inference.syntax import FUNCTIONS, constant
from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import is_protocol


def find(view: View, target: Target) -> Iterator[Hit]:
    body = view.module.tree.body
    if any(node.attr == "start_method" for node in view.module.of(ast.Attribute)):
        return
    for line in _imported(view):
        call = line.value
        sure = _run(view, call) if isinstance(call, ast.Call) else None
        if sure is not None:
            say = "workers import this module since Sanic 22.9; put run() in `if __name__ ...`"
            last = line in body and all(map(_is_call, body[body.index(line) + 1 :]))
            yield Hit(line, say, sure, "safe" if last else None)


def _imported(view: View) -> Iterator[ast.Expr]:
    """Statements that an import of the module may run: in no function, and behind no guard."""
    for line in view.module.of(ast.Expr):
        around = list(view.module.ancestors(line))
        if not any(isinstance(up, FUNCTIONS) or is_guard(up) for up in around):
            yield line


def _run(view: View, call: ast.Call) -> Confidence | None:
    """How surely a call is ``app.run()``; what Sanic's own protocol is given to is an app."""
    single = any(k.arg == "single_process" and constant(k.value) for k in call.keywords)
    if not isinstance(call.func, ast.Attribute) or call.func.attr != "run" or single:
        return None
    given = any(is_protocol(view, keyword) for keyword in call.keywords)
    return view.app(call.func.value) or (Confidence.LIKELY if given else None)


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
