"""SLW407: a recv() in a task of its own, that nothing cancels."""

from __future__ import annotations

import ast
from typing import Any, Iterator

from ..awaited import awaited_next
from ..clauses import CANCELLED, EVERYTHING, caught
from ..inference.syntax import FUNCTIONS, own_nodes
from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import RECEIVE, TRIES, View

STARTERS = ("create_task", "ensure_future", "add_task", "start_soon")
READS = {"receive", "iterate"}


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        for coroutine in _left_alone(view, call):
            sure = reads(view, coroutine)
            if sure is not None and not _cancelled_at_the_end(view, call):
                say = "on Sanic, recv() in a separate task never returns after a TCP reset; "
                yield Hit(coroutine, f"{say}cancel the task in `finally`", sure)


def _left_alone(view: View, call: ast.Call) -> list[ast.Call]:
    """The coroutines that ``call`` runs as tasks, which the handler does not simply await."""
    tasks = started(view, call)
    waits = view.origin(call.func) == "asyncio.wait"  # does not cancel them
    return tasks if waits or not tasks or not awaited_next(view, call) else []


def started(view: View, call: ast.Call) -> list[ast.Call]:
    """The coroutines that ``call`` runs as tasks of their own."""
    name = view.origin(call.func) or getattr(call.func, "attr", "")
    if name.endswith(STARTERS) and not _grouped(view, call):
        given = call.args[:1]
    elif name == "asyncio.wait" and call.args:
        given = list(getattr(call.args[0], "elts", ()))
    else:
        given = []
    return [coroutine for coroutine in given if isinstance(coroutine, ast.Call)]


def _grouped(view: View, call: ast.Call) -> bool:
    """Whether a TaskGroup has the task, which cancels it with the handler."""
    named = call.func.value if isinstance(call.func, ast.Attribute) else None
    groups = [item for item in view.module.of(ast.withitem) if item.optional_vars is not None]
    return isinstance(named, ast.Name) and any(
        getattr(item.optional_vars, "id", "") == named.id for item in groups
    )


def reads(view: View, coroutine: ast.Call) -> Confidence | None:
    """How surely a coroutine reads a websocket."""
    receive = view.socket_call(coroutine, RECEIVE)
    if receive:
        return receive.confidence
    done = view.operations([coroutine])
    known = [sure for what, sure in done.items() if what in READS]
    return max(known) if known else None


def _cancelled_at_the_end(view: View, call: ast.Call) -> bool:
    """Whether something is cancelled where the handler's own cancellation passes."""
    function = view.module.function(call)
    for node in own_nodes(function.body if function else []):
        if isinstance(node, TRIES):
            attempt: Any = node
            ends = [line for c in attempt.handlers if _ends(view, c) for line in c.body]
            inside = list(own_nodes([*ends, *attempt.finalbody]))
            if any(map(_cancels, inside)) or any(map(_gives_each_away, inside)):
                return True
    return False


def _gives_each_away(node: ast.AST) -> bool:
    """``for task in pending: drop(task)``: a function may cancel it."""
    name = getattr(node.target, "id", "") if isinstance(node, ast.For) else ""
    calls = (part for part in ast.walk(node) if name and isinstance(part, ast.Call))
    return any(getattr(argument, "id", "") == name for call in calls for argument in call.args)


def _ends(view: View, clause: ast.ExceptHandler) -> bool:
    return bool(caught(view.module, clause.type) & {CANCELLED, EVERYTHING})


def _cancels(node: ast.AST) -> bool:
    func = node.func if isinstance(node, ast.Call) else None
    name = getattr(func, "attr", getattr(func, "id", ""))
    return "cancel" in name or name in ("gather", "close", "stop")


def run_as_tasks(view: View) -> set[ast.AST]:
    """Functions of this module that are started as tasks of their own."""
    tasks = [each for call in view.module.of(ast.Call) for each in _left_alone(view, call)]
    return {
        callee
        for each in tasks
        for callee in view.callees(each.func)
        if isinstance(callee, FUNCTIONS)
    }


RULE = Rule(
    code="SLW407",
    title="recv() in a separate task",
    why=(
        "When a connection is reset, for example because the client lost its network, Sanic "
        "cancels the handler, but does not tell its WebSocket object. A `recv()` in another task "
        "then waits for ever (seen on 25.12). The task and its objects stay in memory, and its "
        "cleanup never runs. After a close frame the task ends. `asyncio.gather()` and a TaskGroup "
        "cancel it with the handler; `asyncio.wait()` does not."
    ),
    find=find,
    to_native=Change(
        before=(
            "reader = asyncio.create_task(read(ws))\n"
            "writer = asyncio.create_task(write(ws))\n"
            "await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)\n"
            "writer.cancel()\n"
        ),
        after=(
            "reader = asyncio.create_task(read(ws))\n"
            "writer = asyncio.create_task(write(ws))\n"
            "try:\n"
            "    await asyncio.wait({reader, writer}, return_when=asyncio.FIRST_COMPLETED)\n"
            "finally:\n"
            "    reader.cancel()\n"
            "    writer.cancel()\n"
        ),
        note="The object of this package ends such a `recv()`, on every Sanic.",
    ),
)
