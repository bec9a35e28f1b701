"""SLW401: a recv() with a timeout around it."""

from __future__ import annotations

import ast
from typing import Iterator

from ...usage.names import CANCELLED_RECV
from ..clauses import ANYTHING, EVERYTHING, LOOPS, caught, in_loop
from ..inference.syntax import FUNCTIONS, own_nodes
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import RECEIVE, TRIES, View

SAY = "a recv() that times out loses the connection on Sanic; use recv(timeout)"
TIMEOUTS = (
    "asyncio.timeout",
    "asyncio.timeout_at",
    "async_timeout.timeout",
    "async_timeout.timeout_at",
    "anyio.move_on_after",
    "anyio.fail_after",
)


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        if view.origin(call.func).endswith("wait_for") and call.args:
            receive = view.socket_call(call.args[0], RECEIVE)
            if receive and not _ends_the_loop(view, call):
                yield Hit(call, SAY, receive.confidence, _fix(view, call))
            elif receive is None and in_loop(view.module, call):
                yield from _in_function(view, call)
    for kind in (ast.With, ast.AsyncWith):
        for block in view.module.of(kind):
            yield from _in_block(view, block)


def _in_function(view: View, call: ast.Call) -> Iterator[Hit]:
    """``wait_for(read(ws))``, where ``read()`` does a recv()."""
    sure = view.operations(call.args[:1]).get("receive")
    if isinstance(call.args[0], ast.Call) and sure is not None:
        yield Hit(call, SAY, sure)


def _in_block(view: View, block: ast.AST) -> Iterator[Hit]:
    items = [item.context_expr for item in getattr(block, "items", [])]
    timed = [item for item in items if isinstance(item, ast.Call)]
    if any(view.origin(item.func) in TIMEOUTS for item in timed):
        for node in own_nodes(getattr(block, "body", [])):
            receive = view.socket_call(node, RECEIVE)
            if receive and not _ends_the_loop(view, node):
                yield Hit(node, SAY, receive.confidence)


def _ends_the_loop(view: View, node: ast.AST) -> bool:
    """Whether a timeout is caught in the only loop around it, and always leaves that."""
    ends, loops, inner = False, 0, node
    for up in view.module.ancestors(node):
        if isinstance(up, FUNCTIONS):
            return ends and loops == 1
        tried = isinstance(up, TRIES) and inner in getattr(up, "body", [])
        if tried and not ends and not loops:
            handlers: list[ast.ExceptHandler] = getattr(up, "handlers", [])
            clauses = [clause for clause in handlers if _catches_timeouts(view, clause)]
            ends = bool(clauses) and isinstance(clauses[0].body[-1], (ast.Break, ast.Return))
            if clauses and not ends:
                return False
        loops += isinstance(up, LOOPS)
        inner = up
    return False


def _catches_timeouts(view: View, clause: ast.ExceptHandler) -> bool:
    kinds = clause.type.elts if isinstance(clause.type, ast.Tuple) else [clause.type]
    named = any(view.origin(kind).endswith("TimeoutError") for kind in kinds if kind is not None)
    return named or bool(caught(view.module, clause.type) & {ANYTHING, EVERYTHING})


def _fix(view: View, call: ast.Call) -> str | None:
    """``message = await wait_for(ws.recv(), t)``, alone on its line, can be rewritten."""
    awaiting = view.module.parents.get(call)
    assign = view.module.parents.get(awaiting) if awaiting is not None else None
    simple = isinstance(assign, ast.Assign) and len(assign.targets) == 1
    named = simple and isinstance(assign.targets[0], ast.Name)  # type: ignore[union-attr]
    plain = view.origin(call.func) == "asyncio.wait_for" and isinstance(call.func, ast.Attribute)
    inner = call.args[0]
    bare = isinstance(inner, ast.Call) and not inner.args and not inner.keywords
    timed = len(call.args) == 2 or any(keyword.arg == "timeout" for keyword in call.keywords)
    loop = any(keyword.arg == "loop" for keyword in call.keywords)
    return "safe" if named and plain and bare and timed and not loop else None


RULE = Rule(
    code=CANCELLED_RECV.code,
    title=CANCELLED_RECV.title,
    why=(
        "A timeout cancels `recv()`. With the old websocket, that was safe. Sanic's own leaves a "
        'task behind, and the next `recv()` raises "Called get() on Websocket frame assembler '
        'while asynchronous get is already in progress". Then the connection is closed.'
    ),
    find=find,
    fixable="safe",
    to_native=Change(
        before="message = await asyncio.wait_for(ws.recv(), timeout=5)\n",
        after=(
            "message = await ws.recv(timeout=5)\n"
            "if message is None:\n    raise asyncio.TimeoutError\n"
        ),
    ),
)
