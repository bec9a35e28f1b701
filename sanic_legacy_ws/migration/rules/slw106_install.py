"""SLW106: the old websocket imported, and nothing that installs it."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..survey import is_test
from ..view import View
from .common import SANIC, first


def find(view: View, target: Target) -> Iterator[Hit]:
    if not view.survey.uninstalled or is_test(view.module.path):
        return
    made = [call for call in view.module.of(ast.Call) if view.origin(call.func) in SANIC]
    if made:  # one call of install() is enough
        say = "nothing puts this package in Sanic's place; call sanic_legacy_ws.install()"
        yield Hit(first(made), say, fix="safe")


RULE = Rule(
    code="SLW106",
    title="the old websocket is imported, and not installed",
    why=(
        "An import of `sanic.websocket` fails loudly on Sanic 21.9 and newer. Once it is mended, "
        "the app starts, and handlers get Sanic's own object without a word, unless this package "
        "is put in its place."
    ),
    find=find,
    fixable="safe",
    since=Release(21, 9),
    to_shim=Change(
        before='app = Sanic("chat")\n',
        after='import sanic_legacy_ws\n\nsanic_legacy_ws.install()\napp = Sanic("chat")\n',
        note=(
            "Not needed where the app is started by `sanic-legacy-ws run`, or by "
            "`app.run(protocol=WebSocketProtocol)` with this package's class."
        ),
    ),
)
