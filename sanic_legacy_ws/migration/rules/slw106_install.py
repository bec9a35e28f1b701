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
    if not view.survey.uninstalled(view.module) or is_test(view.module.path):
        return
    made = [call for call in view.module.of(ast.Call) if view.origin(call.func) in SANIC]
    if made:  # one call of install() is enough
        say = "handlers still get Sanic's own object; call sanic_legacy_ws.install()"
        yield Hit(first(made), say, fix="safe")


RULE = Rule(
    code="SLW106",
    title="the old websocket is imported, but nothing puts it in place",
    why=(
        "An import of `sanic.websocket` fails on Sanic 21.9 and newer. If you only correct the "
        "import, the app starts, but its handlers get Sanic's own object, and nothing says so. Put "
        "this package in its place."
    ),
    find=find,
    fixable="safe",
    since=Release(21, 9),
    to_shim=Change(
        before='app = Sanic("chat")\n',
        after='import sanic_legacy_ws\n\nsanic_legacy_ws.install()\napp = Sanic("chat")\n',
        note=(
            "Not needed if the app is started by `sanic-legacy-ws run`, or by "
            "`app.run(protocol=WebSocketProtocol)` with the class of this package."
        ),
    ),
)
