"""SLW609: items of the request."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import REQUEST_ITEM
from ..inference.syntax import constant, unwrap
from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

SAY = "a request has no items since Sanic 20.12; use"

# What a dict has, and a request has not.
METHODS = frozenset({"get", "pop", "setdefault", "items", "keys", "values", "update"})


def find(view: View, target: Target) -> Iterator[Hit]:
    for node in view.module.of(ast.Subscript):
        sure = view.request(node.value)
        if sure is not None:
            key = constant(unwrap(node.slice))
            plain = isinstance(key, str) and key.isidentifier()
            say = f"{SAY} request.ctx.{key}" if plain else f"{SAY} request.ctx"
            yield Hit(node, say, sure, "safe" if plain else None, str(key))
    for called in view.module.of(ast.Call):
        sure = _method(view, called)
        if sure is not None:
            yield Hit(called, f"{SAY} request.ctx", sure)
    for asked in view.module.of(ast.Compare):
        sure = view.request(asked.comparators[0])
        if sure is not None and isinstance(asked.ops[0], (ast.In, ast.NotIn)):
            yield Hit(asked, f"{SAY} hasattr(request.ctx, ...)", sure)


def _method(view: View, call: ast.Call) -> Confidence | None:
    """``request.get("user")``; what only has the name of a request may be a client's session."""
    if not isinstance(call.func, ast.Attribute) or call.func.attr not in METHODS:
        return None
    sure = view.request(call.func.value)
    key = constant(call.args[0]) if call.args else None
    named = isinstance(key, str) and key.isidentifier()
    return sure if named or sure is Confidence.CERTAIN else None


CHANGE = Change(
    before='request["user"] = user\n',
    after="request.ctx.user = user\n",
)
RULE = Rule(
    code=REQUEST_ITEM.code,
    title=REQUEST_ITEM.title,
    why=(
        "Since 20.12 a request is not a dict any more: this is a TypeError, and `request.get()` an "
        "AttributeError. Use `request.ctx`."
    ),
    find=find,
    fixable="safe",
    since=Release(20, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
