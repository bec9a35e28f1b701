"""SLW611: methods of the app and of its config that have another name now."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import RENAMED
from ..inference.syntax import constant
from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

BLUEPRINT = "register_blueprint"
LOADERS = frozenset({"from_object", "from_pyfile", "from_envvar"})


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        func = call.func
        if not isinstance(func, ast.Attribute):
            continue
        if func.attr == BLUEPRINT:
            sure = view.app(func.value)
            if sure is not None:
                yield Hit(call, "register_blueprint() is gone; use blueprint()", sure, "safe")
        elif func.attr in LOADERS and isinstance(func.value, ast.Attribute):
            sure = view.app(func.value.value) if func.value.attr == "config" else None
            if sure is not None:
                yield _loader(call, func.attr, sure)


def _loader(call: ast.Call, name: str, sure: Confidence) -> Hit:
    """A dotted name is an object to one of them, and a path to the other."""
    text = isinstance(constant(call.args[0]), str) if len(call.args) == 1 else True
    exact = len(call.args) == 1 and text is (name == "from_pyfile")
    say = f"config.{name}() is gone since Sanic 21.3; use config.update_config()"
    return Hit(call, say, sure, "safe" if exact and name != "from_envvar" else None)


CHANGE = Change(
    before="app.register_blueprint(bp)\napp.config.from_object(Defaults)\n",
    after="app.blueprint(bp)\napp.config.update_config(Defaults)\n",
)
RULE = Rule(
    code=RENAMED.code,
    title=RENAMED.title,
    why=(
        "`register_blueprint()` was removed before 20.12, and `config.from_object()`, "
        "`from_pyfile()` and `from_envvar()` in 21.3. Calling one is an AttributeError."
    ),
    find=find,
    fixable="safe",
    since=Release(20, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
