"""SLW610: the argument body_bytes of a response."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import BODY_BYTES
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

RESPONSES = frozenset({"sanic.response.HTTPResponse", "sanic.HTTPResponse"})


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        given = any(keyword.arg == "body_bytes" for keyword in call.keywords)
        if given and view.origin(call.func) in RESPONSES:
            yield Hit(call, "body_bytes= is gone since Sanic 20.12; use body=", fix="safe")


CHANGE = Change(
    before="return HTTPResponse(body_bytes=image)\n", after="return HTTPResponse(body=image)\n"
)
RULE = Rule(
    code=BODY_BYTES.code,
    title=BODY_BYTES.title,
    why="Since 20.12 `body` takes text and bytes, and `body_bytes` is a TypeError.",
    find=find,
    fixable="safe",
    since=Release(20, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
