"""SLW204: a loop that goes on after ConnectionClosed."""

from __future__ import annotations

import ast
from typing import Iterator

from ..clauses import ANYTHING, CLOSED, EVERYTHING, LOOPS, caught, leaves, suppresses
from ..inference.syntax import FUNCTIONS, constant, own_nodes
from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import RECEIVE, SEND, View
from .common import raises

SAY = "goes on after the connection is gone: recv() raises again and again"


def find(view: View, target: Target) -> Iterator[Hit]:
    if not raises(view, target):
        return
    for block in view.tries():
        clause = _first(view, block)
        sure = view.operations(block.body).get("receive")
        if clause is None or sure is None or _takes_long(view, clause):
            continue
        if _loop(view, block) is not None:
            if not leaves(clause.body):
                yield Hit(clause, SAY, sure)
        elif _swallows(clause) and any(_endless(view, call) for call in _calls(view, block)):
            yield Hit(clause, SAY, min(sure, Confidence.LIKELY))
    for kind in (ast.With, ast.AsyncWith):
        for manager in view.module.of(kind):
            yield from _suppressed(view, manager)


def _suppressed(view: View, block: ast.AST) -> Iterator[Hit]:
    """``with suppress(Exception)`` around recv(), in a loop that nothing else leaves."""
    loop = _loop(view, block)
    for call in suppresses(view.module, block):
        tags = frozenset().union(*(caught(view.module, kind) for kind in call.args))
        sure = view.operations(getattr(block, "body", [])).get("receive")
        rest = [line for line in loop.body if line is not block] if loop else []
        if loop and tags & {CLOSED, ANYTHING, EVERYTHING} and sure is not None and not leaves(rest):
            yield Hit(call, SAY, sure)


def _loop(view: View, block: ast.AST) -> ast.While | None:
    """The ``while`` that repeats this statement."""
    for up in view.module.ancestors(block):
        if isinstance(up, (*FUNCTIONS, *LOOPS)):
            return up if isinstance(up, ast.While) else None
    return None


def _calls(view: View, block: ast.AST) -> Iterator[ast.Call]:
    """Calls of the function that has this statement, in its module."""
    function = view.module.function(block)
    if function is not None:
        for call in view.module.of(ast.Call):
            name = getattr(call.func, "attr", getattr(call.func, "id", ""))
            if name == function.name and function in view.callees(call.func):
                yield call


def _endless(view: View, call: ast.Call) -> bool:
    """Whether a call stands in a loop that only an exception leaves."""
    loop = _loop(view, call)
    return loop is not None and not leaves(loop.body)


def _swallows(clause: ast.ExceptHandler) -> bool:
    """Whether a function's clause ends it without an exception."""
    return not any(isinstance(node, ast.Raise) for node in own_nodes(clause.body))


def _takes_long(view: View, clause: ast.ExceptHandler) -> bool:
    return any(_takes_time(view, node) for node in own_nodes(clause.body))


def _takes_time(view: View, node: ast.AST) -> bool:
    """A send(), which raises in its turn, or a real sleep."""
    call = node.value if isinstance(node, ast.Await) else None
    if not isinstance(call, ast.Call):
        return False
    if view.socket_call(call, SEND | RECEIVE):
        return True
    sleeps = view.origin(call.func).endswith(".sleep") and call.args
    return bool(sleeps) and constant(call.args[0]) != 0


def _first(view: View, block: ast.Try) -> ast.ExceptHandler | None:
    """The clause that ConnectionClosed reaches."""
    for clause in block.handlers:
        if caught(view.module, clause.type) & {CLOSED, ANYTHING, EVERYTHING}:
            return clause
    return None


RULE = Rule(
    code="SLW204",
    title="a loop that goes on after the connection is gone",
    why=(
        "Sanic 21.6 cancelled a handler that waited in `recv()`, and so ended a loop that catches "
        "every exception. This package does the same by default. With `WEBSOCKET_ON_DISCONNECT = "
        '"raise"`, `recv()` raises `ConnectionClosed`, as in the documentation of websockets, and '
        "each further `recv()` raises it again. Other handlers can run in between, but the loop "
        "keeps the worker busy until the handler is cancelled, `WEBSOCKET_TIMEOUT` seconds later."
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
        note=(
            'Reported if the app sets `WEBSOCKET_ON_DISCONNECT` to `"raise"`, or with '
            "`--on-disconnect raise`."
        ),
    ),
)
