"""SLW611: names that the app, its config and its router have no longer."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import RENAMED
from ..asked import asked
from ..inference.syntax import constant
from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

BLUEPRINT = "register_blueprint"
LOADERS = frozenset({"from_object", "from_pyfile", "from_envvar"})
NEW_ROUTER = Release(21, 3)  # and without the deprecated names of the config
TABLES = frozenset({"routes_names", "routes_always_check", "routes_static_files"})


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr == BLUEPRINT:
            sure = view.app(call.func.value)
            if sure is not None and not asked(view.module, call.func):
                yield Hit(call, "register_blueprint() is gone; use blueprint()", sure, "safe")
    if target.native or target.oldest >= NEW_ROUTER:
        yield from _loaders(view)
        yield from _tables(view)


def _loaders(view: View) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr in LOADERS:
            sure = _of_app(view, call.func, "config")
            if sure is not None and not asked(view.module, call.func):
                yield _loader(call, call.func.attr, sure)


def _tables(view: View) -> Iterator[Hit]:
    for table in view.module.of(ast.Attribute):
        sure = _of_app(view, table, "router") if table.attr in TABLES else None
        if sure is not None and not asked(view.module, table):
            say = f"router.{table.attr} is gone since Sanic 21.3; use router.routes_all"
            yield Hit(table, say, sure)


def _of_app(view: View, node: ast.Attribute, name: str) -> Confidence | None:
    """How surely ``node`` is taken from ``app.config``, or whatever ``name`` says."""
    owner = node.value
    named = isinstance(owner, ast.Attribute) and owner.attr == name
    return view.app(owner.value) if named else None  # type: ignore[attr-defined]


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
        "`from_pyfile()` and `from_envvar()` in 21.3. So were `routes_names`, "
        "`routes_always_check` and `routes_static_files` of the router. Using one is an "
        "AttributeError. (`routes_all` is left, with other keys and values.)"
    ),
    find=find,
    fixable="safe",
    since=Release(20, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
