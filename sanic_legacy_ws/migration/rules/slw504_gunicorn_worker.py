"""SLW504: Sanic's Gunicorn worker."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

CLASS = "sanic.worker.GunicornWorker"
SAY = f"{CLASS} is gone since Sanic 22.3"


def find(view: View, target: Target) -> Iterator[Hit]:
    for node in view.module.of(ast.ImportFrom):
        if node.module == "sanic.worker" and any(a.name == "GunicornWorker" for a in node.names):
            yield Hit(node, SAY)
    for text in view.module.of(ast.Constant):
        if text.value == CLASS:
            yield Hit(text, SAY)


CHANGE = Change(
    before="from sanic.worker import GunicornWorker\n",
    after="# nothing: start the app by the `sanic` command, or by Gunicorn with an ASGI worker\n",
)
RULE = Rule(
    code="SLW504",
    title="Sanic's Gunicorn worker",
    why="Sanic 22.3 removed the worker class and its attribute `websocket_protocol`.",
    find=find,
    since=Release(22, 3),
    to_shim=CHANGE,
    to_native=CHANGE,
)
