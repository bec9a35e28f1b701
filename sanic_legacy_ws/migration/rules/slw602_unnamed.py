"""SLW602: an app or a blueprint without a name."""

from __future__ import annotations

import ast
from pathlib import PurePath
from typing import Iterator

from ..._compat.causes import UNNAMED
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..sanic_names import valid
from ..view import View
from .common import BLUEPRINTS, SANIC


def find(view: View, target: Target) -> Iterator[Hit]:
    made = [call for call in view.module.of(ast.Call) if view.origin(call.func) in CLASSES]
    made.sort(key=lambda call: (call.lineno, call.col_offset))
    for number, call in enumerate(filter(_unnamed, made)):
        kind = "a blueprint" if view.origin(call.func) in BLUEPRINTS else "an app"
        name = _name(view.module.path) + (f"_{number + 1}" if number else "")
        yield Hit(call, f"{kind} needs a name since Sanic 20.12", fix="safe", detail=name)


CLASSES = SANIC | BLUEPRINTS


def _unnamed(call: ast.Call) -> bool:
    return not call.args and not any(k.arg in ("name", None) for k in call.keywords)


def _name(path: str) -> str:
    """A name after the file, or after its folder where the file has none of its own."""
    file = PurePath(path)
    own = file.stem if file.stem not in ("__init__", "__main__") else file.parent.name
    return valid(own or "app")


CHANGE = Change(before="app = Sanic()\n", after='app = Sanic("chat")\n')
RULE = Rule(
    code=UNNAMED.code,
    title=UNNAMED.title,
    why="Up to 20.9 the default name was the name of the module. Since 20.12 a name is required.",
    find=find,
    fixable="safe",
    since=Release(20, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
