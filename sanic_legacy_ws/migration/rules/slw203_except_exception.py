"""SLW203: except Exception as the way to notice that the peer is gone."""

from __future__ import annotations

import ast
from typing import Iterator

from ..clauses import (
    ANYTHING,
    CANCELLED,
    CLOSED,
    EVERYTHING,
    acts,
    after_clause,
    caught,
    caught_by,
    in_loop,
    leaves,
)
from ..inference.syntax import own_nodes, parameters
from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import View


def find(view: View, target: Target) -> Iterator[Hit]:
    for block in view.tries():
        tags = caught_by(view.module, block)
        if ANYTHING not in tags or tags & {CANCELLED, EVERYTHING, CLOSED} or block.finalbody:
            continue
        clause = next(c for c in block.handlers if ANYTHING in caught(view.module, c.type))
        done = view.operations(block.body)
        sure = max(done.get("receive", 0), done.get("iterate", 0), _wrapped(view, block))
        missed = [*clause.body, *after_clause(view.module, block, clause)]
        missed = [line for line in missed if not _tells_the_peer(view, line)]
        ends = leaves(clause.body) or not in_loop(view.module, block)
        if sure and ends and acts(missed, logs=False):
            say = "recv() raises CancelledError when the peer goes, which is not an Exception"
            yield Hit(clause, say, min(Confidence(sure), Confidence.LIKELY))


def _wrapped(view: View, block: ast.Try) -> Confidence | int:
    """How surely a decorator's wrapper calls the handler here: what an outer function was given."""
    function = view.function(block)
    outer = view.function(function) if function is not None else None
    given = {argument.arg for argument in parameters(outer)} if outer is not None else set()
    for node in own_nodes(block.body):
        if isinstance(node, ast.Call) and getattr(node.func, "id", "") in given:
            return max((view.socket(argument) or 0 for argument in node.args), default=0)
    return 0


def _tells_the_peer(view: View, line: ast.stmt) -> bool:
    """Whether a statement only sends to the peer, or closes: with it gone, nobody misses that."""
    value = line.value if isinstance(line, (ast.Expr, ast.Return)) else None
    call = value.value if isinstance(value, ast.Await) else value
    return view.socket_call(call, ("send", "close")) is not None


RULE = Rule(
    code="SLW203",
    title="except Exception around recv(), as the end of the connection",
    why=(
        "Sanic's own `recv()` raises `asyncio.CancelledError` when the peer goes. Since Python 3.8 "
        "this is not an `Exception`. So the clause does not run, and neither does the code after "
        "it."
    ),
    find=find,
    to_native=Change(
        before=(
            "try:\n    while True:\n        handle(await ws.recv())\n"
            "except Exception:\n    room.discard(ws)\n"
        ),
        after=(
            "try:\n    while True:\n        handle(await ws.recv())\n"
            "finally:\n    room.discard(ws)\n"
        ),
    ),
)
