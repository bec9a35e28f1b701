"""SLW506: pins of Sanic and websockets."""

from __future__ import annotations

import ast
from pathlib import PurePath
from typing import Iterator

from ..inference.syntax import constant
from ..model import Target
from ..pins import names_sanic, old_pin
from ..rule import Change, Hit, Rule
from ..view import View

LISTS = (ast.List, ast.Tuple, ast.Set)  # `"sanic==18.12" if old else "sanic"` pins an old Python


def find(view: View, target: Target) -> Iterator[Hit]:
    """Pins in setup.py. Other files with requirements have no tree: see pins.py."""
    known = PurePath(view.module.path).name == "setup.py" and view.survey.websockets
    if known and names_sanic(view.module.source):
        for node in view.module.of(ast.Constant):
            said = constant(node)
            listed = isinstance(view.module.parents.get(node), LISTS)
            say = old_pin(said) if listed and isinstance(said, str) else None
            if say:
                yield Hit(node, say)


RULE = Rule(
    code="SLW506",
    title="Sanic or websockets pinned to an old release",
    why=(
        "Sanic 21.6 and older have the old websocket. Sanic 20.12 and 21.3 need websockets 9.1 or "
        "older, which does not run on Python 3.10 and newer. Apps stay on these releases because "
        "of their WebSocket code. With this package you can change the pin first, and the code "
        "later. Requirement files, `pyproject.toml`, `Pipfile` and `setup.py` are read."
    ),
    find=find,
    to_shim=Change(
        before="sanic==20.12.7\nwebsockets==8.1\n",
        after="sanic>=20.12\nsanic-legacy-ws\n",
        language="text",
    ),
    to_native=Change(
        before="sanic<21.9\nwebsockets<10\n",
        after="sanic>=25.3\nwebsockets>=15\n",
        language="text",
    ),
)
