"""SLW403: a handler that is busy for long between two recv()."""

from __future__ import annotations

import ast
from typing import Iterator

from ..clauses import LOOPS
from ..inference.syntax import FUNCTIONS, constant, own_nodes
from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import RECEIVE, View

LONG = 20  # seconds, the default of WEBSOCKET_PING_INTERVAL and of WEBSOCKET_PING_TIMEOUT
EXECUTORS = frozenset({"run_in_executor", "to_thread", "run_sync", "communicate"})


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.calls(*RECEIVE):
        loop = _loop(view, call.node)
        work = _long_work(view, loop) if loop is not None and not call.node.args else None
        if work is not None:
            say = (
                "while this runs, Sanic answers no ping once a message waits, and closes with 1011;"
                " receive in a task of its own"
            )
            yield Hit(work, say, Confidence.POSSIBLE)


def _loop(view: View, node: ast.AST) -> ast.AST | None:
    for up in view.module.ancestors(node):
        if isinstance(up, FUNCTIONS):
            return None
        if isinstance(up, LOOPS):
            return up
    return None


def _long_work(view: View, loop: ast.AST) -> ast.AST | None:
    for node in own_nodes(getattr(loop, "body", [])):
        call = node.value if isinstance(node, ast.Await) else None
        if isinstance(call, ast.Call) and _is_long(view, call):
            return call
    return None


def _is_long(view: View, call: ast.Call) -> bool:
    name = view.origin(call.func)
    if name == "asyncio.sleep" and call.args:
        seconds = constant(call.args[0])
        return isinstance(seconds, (int, float)) and seconds >= LONG
    return isinstance(call.func, ast.Attribute) and call.func.attr in EXECUTORS


RULE = Rule(
    code="SLW403",
    title="a handler that is busy for long between two recv()",
    why=(
        "Sanic's own object stops reading while one message is unread. So it sees no pong, and "
        "closes the connection with 1011 after `WEBSOCKET_PING_INTERVAL` and "
        "`WEBSOCKET_PING_TIMEOUT`. The old one read up to 32 messages ahead."
    ),
    find=find,
    to_native=Change(
        before=(
            "while True:\n    job = await ws.recv()\n"
            "    await loop.run_in_executor(None, work, job)\n"
        ),
        after=(
            "async def receive():\n    while True:\n        queue.put_nowait(await ws.recv())\n\n\n"
            "receiver = asyncio.create_task(receive())\n"
            "while True:\n    job = await queue.get()\n"
            "    await loop.run_in_executor(None, work, job)\n"
        ),
        note="Or set `WEBSOCKET_PING_TIMEOUT` to more than the longest job.",
    ),
)
