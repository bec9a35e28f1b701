"""SLW402: a recv() in a task that is cancelled."""

from __future__ import annotations

import ast
from typing import Iterator, Sequence

from ..clauses import LOOPS
from ..inference.syntax import FUNCTIONS, own_nodes
from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import RECEIVE, SocketCall, View

STARTERS = ("create_task", "ensure_future", "add_task", "start_soon")


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.calls(*RECEIVE):
        if _started(view, call) and _cancelled(view, call) and _receives_again(view, call):
            say = (
                "cancelling a recv() loses the connection on Sanic; keep its task for the next turn"
            )
            yield Hit(call.node, say, min(call.confidence, Confidence.LIKELY))


def _started(view: View, call: SocketCall) -> bool:
    """Whether the recv() runs in a task of its own."""
    outer = view.module.parents.get(call.node)
    return isinstance(outer, ast.Call) and view.origin(outer.func).endswith(STARTERS)


def _loop(view: View, node: ast.AST) -> ast.AST | None:
    """The outermost loop of the function around ``node``."""
    found = None
    for up in view.module.ancestors(node):
        if isinstance(up, FUNCTIONS):
            break
        if isinstance(up, LOOPS):
            found = up
    return found


def _cancelled(view: View, call: SocketCall) -> bool:
    """Whether tasks are cancelled, or a timeout does it, where another recv() can follow."""
    place = _loop(view, call.node) or view.module.function(call.node)
    calls = (node for node in own_nodes(_body(place)) if isinstance(node, ast.Call))
    return any(getattr(found.func, "attr", "") in ("cancel", "wait_for") for found in calls)


def _receives_again(view: View, call: SocketCall) -> bool:
    """Whether another recv() can follow: in a loop, or elsewhere in the function."""
    if _loop(view, call.node) is not None:
        return True
    inside = own_nodes(_body(view.module.function(call.node)))
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
