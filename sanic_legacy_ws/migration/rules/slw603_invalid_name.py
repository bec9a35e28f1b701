"""SLW603: names that Sanic refuses."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import INVALID_NAME
from ..inference.syntax import constant
from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..sanic_names import VALID_NAME, valid
from ..view import View
from .common import BLUEPRINTS, SANIC

ITS_OWN = '__name__.replace(".", "_")'


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        if view.origin(call.func) in SANIC | BLUEPRINTS:
            given = call.args[:1] or [k.value for k in call.keywords if k.arg == "name"]
            for name in given:
                yield from _judge(view, name)


def _judge(view: View, name: ast.AST) -> Iterator[Hit]:
    text = constant(name)
    if isinstance(text, str) and not VALID_NAME.fullmatch(text):
        say = f"Sanic refuses the name {text!r} since 21.12: letters, digits, _ and - only"
        fix = "unsafe" if view.survey.spells(text) > 1 else "safe"
        yield Hit(name, say, fix=fix, detail=f'"{valid(text)}"')
    elif isinstance(name, ast.Name) and name.id == "__name__" and view.survey.dotted(view.module):
        say = "Sanic refuses the dots of a module's name since 21.12"
        yield Hit(name, say, Confidence.CERTAIN, "safe", ITS_OWN)


CHANGE = Change(
    before='app = Sanic("my app")\nbp = Blueprint(__name__)\n',
    after='app = Sanic("my_app")\nbp = Blueprint(__name__.replace(".", "_"))\n',
    note="The names of a blueprint's routes begin with its name, also in `url_for`.",
)
RULE = Rule(
    code=INVALID_NAME.code,
    title=INVALID_NAME.title,
    why=(
        "Since 21.12 the name of an app or a blueprint has to begin with a letter or `_`, and may "
        "contain only letters, digits, `_` and `-`. 21.6 and 21.9 warned. `__name__` has a dot if "
        "the module is in a package."
    ),
    find=find,
    fixable="safe",
    since=Release(21, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
