"""SLW504: Sanic's Gunicorn worker."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View


def find(view: View, target: Target) -> Iterator[Hit]:
    for node in view.module.of(ast.ImportFrom):
        if node.module == "sanic.worker" and any(a.name == "GunicornWorker" for a in node.names):
            yield Hit(node, "sanic.worker.GunicornWorker is gone since Sanic 22.3")


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
