"""SLW614: the types string and number of a path parameter."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ..._compat.causes import PATH_TYPE
from ..model import Confidence, Release, Target
from ..routes import ADDERS, DECORATORS
from ..rule import Change, Hit, Rule
from ..view import View

TYPED = re.compile(r"<([^<>:]*):(string|number)>")
NEW = {"string": "str", "number": "float"}
NEW_TYPES = Release(21, 6)  # the first with str and float
TAKERS = frozenset({*DECORATORS, *ADDERS, "static", "Blueprint", "group", "blueprint"})


def find(view: View, target: Target) -> Iterator[Hit]:
    if not view.evidence.sanic:
        return
    for text in view.module.of(ast.Constant):
        old = TYPED.search(text.value) if isinstance(text.value, str) else None
        if old is not None and _is_path(view, text):
            say = f"<{old[1]}:{old[2]}> is no type since Sanic 22.3; use <{old[1]}:{NEW[old[2]]}>"
            written = ast.get_source_segment(view.module.source, text) or ""
            fix = "safe" if written and target.oldest >= NEW_TYPES else None
            yield Hit(text, say, Confidence.CERTAIN, fix, TYPED.sub(_new, written))


def _new(old: re.Match[str]) -> str:
    return f"<{old[1]}:{NEW[old[2]]}>"


def _is_path(view: View, text: ast.Constant) -> bool:
    """Whether a string is an argument of something that takes the path of a route."""
    parent = view.module.parents.get(text)
    call = view.module.parents.get(parent) if isinstance(parent, ast.keyword) else parent
    func = call.func if isinstance(call, ast.Call) else None
    return getattr(func, "attr", getattr(func, "id", "")) in TAKERS


CHANGE = Change(
    before='@app.websocket("/feed/<name:string>/<level:number>")\n',
    after='@app.websocket("/feed/<name:str>/<level:float>")\n',
)
RULE = Rule(
    code=PATH_TYPE.code,
    title=PATH_TYPE.title,
    why=(
        "21.6 renamed them to `str` and `float`, and warned. Since 22.3 they are read as a "
        "regular expression: the app starts, and the route is not found."
    ),
    find=find,
    fixable="safe",
    since=Release(22, 3),
    to_shim=CHANGE,
    to_native=CHANGE,
)
