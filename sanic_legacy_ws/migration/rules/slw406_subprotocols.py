"""SLW406: subprotocols of a route."""

from __future__ import annotations

import ast
from typing import Iterator

from ..inference.syntax import parameters
from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import View

ROUTES = frozenset({"websocket", "add_websocket_route"})


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in ROUTES:
            for keyword in call.keywords:
                value = keyword.value
                if keyword.arg == "subprotocols" and not _empty(value) and not _passed(view, value):
                    sure = _sure(view, call)
                    yield from [Hit(keyword.value, _message(keyword.value), sure)] if sure else []


def _empty(value: ast.AST) -> bool:
    if isinstance(value, ast.Constant):
        return value.value is None
    return isinstance(value, (ast.List, ast.Tuple, ast.Set)) and not value.elts


def _passed(view: View, value: ast.AST) -> bool:
    """A parameter that is only passed on, as code around Sanic's own routes does."""
    function = view.module.function(value)
    known = [*parameters(function), *function.args.kwonlyargs] if function else []
    return isinstance(value, ast.Name) and value.id in {argument.arg for argument in known}


def _message(value: ast.AST) -> str:
    say = "Sanic answers 400 to a client that offers none of these"
    single = len(getattr(value, "elts", [])) == 1
    return say if single else f"{say}, and prefers its own order to the client's"


def _sure(view: View, call: ast.Call) -> Confidence | None:
    if view.module.imports_from("sanic"):
        return Confidence.CERTAIN
    return None if view.evidence.other_framework else Confidence.LIKELY


RULE = Rule(
    code="SLW406",
    title="subprotocols of a route",
    why=(
        "Up to 21.6, a client that offered no subprotocol was accepted, and the client's first "
        "choice won. Since 21.9, such a client gets 400, and the server's first choice wins."
    ),
    find=find,
    to_native=Change(
        before='@app.websocket("/chat", subprotocols=["v2", "v1"])\n',
        after='@app.websocket("/chat", subprotocols=["v2", "v1"])  # best first\n',
        note="Check that every client offers a subprotocol. Then add `# slw: ignore[SLW406]`.",
    ),
)
