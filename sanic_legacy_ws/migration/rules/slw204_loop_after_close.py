"""SLW204: a loop that goes on after ConnectionClosed."""

from __future__ import annotations

import ast
from typing import Iterator

from ..clauses import ANYTHING, CLOSED, EVERYTHING, LOOPS, caught, leaves
from ..inference.syntax import FUNCTIONS, own_nodes
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View


def find(view: View, target: Target) -> Iterator[Hit]:
    for block in view.tries():
        loop = _loop(view, block)
        clause = _first(view, block)
        if loop is None or clause is None or _waits(clause):
            continue
        done = view.operations(block.body)
        if "receive" in done and not leaves(clause.body):
            say = "goes on after the connection is gone: recv() raises again and again"
            yield Hit(clause, say, done["receive"])


def _loop(view: View, block: ast.AST) -> ast.While | None:
    """The ``while`` that repeats this ``try``."""
    for up in view.module.ancestors(block):
        if isinstance(up, (*FUNCTIONS, *LOOPS)):
            return up if isinstance(up, ast.While) else None
    return None


def _first(view: View, block: ast.Try) -> ast.ExceptHandler | None:
    """The clause that ConnectionClosed reaches."""
    for clause in block.handlers:
        if caught(view.module, clause.type) & {CLOSED, ANYTHING, EVERYTHING}:
            return clause
    return None


def _waits(clause: ast.ExceptHandler) -> bool:
    return any(isinstance(node, ast.Await) for node in own_nodes(clause.body))


RULE = Rule(
    code="SLW204",
    title="a loop that goes on after the connection is gone",
    why=(
        "Sanic 21.6 cancelled a handler that waited in `recv()`, and so ended a loop that "
        "swallows every exception. The object of this package raises `ConnectionClosed`, as "
        "websockets documents it, and each further `recv()` raises again. Others have their turn "
        "in between, but the loop keeps the worker busy until the handler is cancelled, "
        "`WEBSOCKET_TIMEOUT` seconds later."
    ),
    find=find,
    to_shim=Change(
        before=(
            "while True:\n    try:\n        handle(await ws.recv())\n"
            '    except Exception:\n        log.exception("bad message")\n'
        ),
        after=(
            "while True:\n    try:\n        handle(await ws.recv())\n"
            "    except ConnectionClosed:\n        break\n"
            '    except Exception:\n        log.exception("bad message")\n'
        ),
        note='`app.config.WEBSOCKET_ON_DISCONNECT = "cancel"` gives back what 21.6 did.',
    ),
)
