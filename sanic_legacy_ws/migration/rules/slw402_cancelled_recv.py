"""SLW402: a recv() in a task that is cancelled."""

from __future__ import annotations

import ast
from typing import Iterator, Sequence

from ..clauses import LOOPS
from ..inference.syntax import FUNCTIONS, own_nodes
from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import RECEIVE, View

STARTERS = ("create_task", "ensure_future", "add_task", "start_soon")


def find(view: View, target: Target) -> Iterator[Hit]:
    for node, sure in _started(view):
        if _cancelled(view, node) and _receives_again(view, node):
            say = (
                "cancelling a recv() loses the connection on Sanic; keep its task for the next turn"
            )
            yield Hit(node, say, min(sure, Confidence.LIKELY))


def _started(view: View) -> Iterator[tuple[ast.Call, Confidence]]:
    """Each recv(), or call of a function that does one, that runs in a task of its own."""
    for call in view.module.of(ast.Call):
        if view.origin(call.func).endswith(STARTERS):
            for coroutine in call.args[:1]:
                sure = view.operations([coroutine]).get("receive")
                if isinstance(coroutine, ast.Call) and sure is not None:
                    yield coroutine, sure


def _loop(view: View, node: ast.AST) -> ast.AST | None:
    """The outermost loop of the function around ``node``."""
    found = None
    for up in view.module.ancestors(node):
        if isinstance(up, FUNCTIONS):
            break
        if isinstance(up, LOOPS):
            found = up
    return found


def _cancelled(view: View, started: ast.Call) -> bool:
    """Whether tasks are cancelled, or a timeout does it, where another recv() can follow."""
    place = _loop(view, started) or view.module.function(started)
    calls = (node for node in own_nodes(_body(place)) if isinstance(node, ast.Call))
    return any(getattr(found.func, "attr", "") in ("cancel", "wait_for") for found in calls)


def _receives_again(view: View, started: ast.Call) -> bool:
    """Whether another recv() can follow: in a loop, or elsewhere in the function."""
    if _loop(view, started) is not None:
        return True
    inside = own_nodes(_body(view.module.function(started)))
    return sum(view.socket_call(node, RECEIVE) is not None for node in inside) > 1


def _body(node: ast.AST | None) -> Sequence[ast.AST]:
    return getattr(node, "body", [])


RULE = Rule(
    code="SLW402",
    title="a task of recv() that is cancelled",
    why=(
        "With the old websocket, you could run `recv()` beside another task and cancel the one "
        "that was slower. With Sanic's own, the next `recv()` after a cancelled one raises "
        "ServerError, and the connection is closed."
    ),
    find=find,
    to_native=Change(
        before=(
            "while True:\n"
            "    receiving = asyncio.create_task(ws.recv())\n"
            "    done, pending = await asyncio.wait("
            "{receiving, other}, return_when=asyncio.FIRST_COMPLETED)\n"
            "    for task in pending:\n"
            "        task.cancel()\n"
        ),
        after=(
            "receiving = asyncio.create_task(ws.recv())\n"
            "while True:\n"
            "    done, pending = await asyncio.wait("
            "{receiving, other}, return_when=asyncio.FIRST_COMPLETED)\n"
            "    if receiving in done:\n"
            "        handle(receiving.result())\n"
            "        receiving = asyncio.create_task(ws.recv())\n"
        ),
    ),
)
