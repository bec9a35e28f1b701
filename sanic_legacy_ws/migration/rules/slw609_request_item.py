"""SLW609: items of the request."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import REQUEST_ITEM
from ..inference.syntax import constant, unwrap
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View


def find(view: View, target: Target) -> Iterator[Hit]:
    for node in view.module.of(ast.Subscript):
        sure = view.request(node.value)
        if sure is not None:
            key = constant(unwrap(node.slice))
            plain = isinstance(key, str) and key.isidentifier()
            instead = f"request.ctx.{key if plain else '...'}"
            say = f"a request has no items since Sanic 20.12; use {instead}"
            yield Hit(node, say, sure, "safe" if plain else None, str(key))


CHANGE = Change(
    before='request["user"] = user\n',
    after="request.ctx.user = user\n",
)
RULE = Rule(
    code=REQUEST_ITEM.code,
    title=REQUEST_ITEM.title,
    why="Since 20.12 a request is not a dict any more: this is a TypeError. Use `request.ctx`.",
    find=find,
    fixable="safe",
    since=Release(20, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
