"""SLW205: except CancelledError as the way to notice that the peer is gone."""

from __future__ import annotations

import ast
from typing import Iterator

from ..clauses import (
    ANYTHING,
    CANCELLED,
    CLOSED,
    EVERYTHING,
    NATIVE_CLOSED,
    acts,
    caught,
    is_log,
)
from ..inference.syntax import own_nodes
from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import raises
from .slw407_task_of_its_own import reads, started

WAITS = frozenset({"asyncio.wait", "asyncio.gather", "asyncio.wait_for", "asyncio.shield"})
OTHERS = frozenset({CLOSED, NATIVE_CLOSED, ANYTHING, EVERYTHING})


def find(view: View, target: Target) -> Iterator[Hit]:
    if not raises(view, target):
        return
    for block in view.tries():
        clause = next((c for c in block.handlers if _is_cancelled(view, c)), None)
        done = view.operations(block.body)
        itself = [sure for what, sure in done.items() if what != "hand over"]
        used = itself or _through_tasks(view, block)
        if clause is None or not used or not acts(clause.body):
            continue
        other = next((c for c in block.handlers if caught(view.module, c.type) & OTHERS), None)
        if other is None or not _same(clause, other):
            say = "recv() raises ConnectionClosed when the peer goes, and does not cancel"
            fixable = itself and other is None and _can_be_repeated(block, clause)
            yield Hit(clause, say, max(used), "unsafe" if fixable else None)


def _through_tasks(view: View, block: ast.Try) -> list[Confidence]:
    """How surely a ``try`` waits for tasks of its function that read: they end, and it goes on."""
    waits = (view.origin(call.func) for call in own_nodes(block.body) if isinstance(call, ast.Call))
    function = view.module.function(block)
    if function is None or not WAITS.intersection(waits):
        return []
    calls = [node for node in own_nodes(function.body) if isinstance(node, ast.Call)]
    found = [reads(view, coroutine) for call in calls for coroutine in started(view, call)]
    return [min(sure, Confidence.LIKELY) for sure in found if sure is not None]


def _is_cancelled(view: View, clause: ast.ExceptHandler) -> bool:
    tags = caught(view.module, clause.type)
    return CANCELLED in tags and not tags & OTHERS


def _same(clause: ast.ExceptHandler, other: ast.ExceptHandler) -> bool:
    """Whether two clauses do the same, but for what they say."""
    one, two = ([ast.dump(line) for line in c.body if not is_log(line)] for c in (clause, other))
    return set(one) <= set(two)


def _can_be_repeated(block: ast.Try, clause: ast.ExceptHandler) -> bool:
    """Whether what the clause does can stand in ``else`` as well, for an ``async for`` that ends.

    It must run there when the loop has ended, and never otherwise.
    """
    loops = [node for node in own_nodes(block.body) if isinstance(node, ast.AsyncFor)]
    if not loops:
        return True
    breaks = any(isinstance(node, ast.Break) for node in own_nodes(block.body))
    raises_again = any(isinstance(node, ast.Raise) for node in own_nodes(clause.body))
    last = block.body[-1] is loops[0] and len(loops) == 1 and not loops[0].orelse
    return last and not (breaks or raises_again or block.orelse or clause.name)


RULE = Rule(
    code="SLW205",
    title="except CancelledError, as the end of the connection",
    why=(
        "Sanic 21.6 cancelled a handler whose peer had gone. This package does the same by "
        'default. With `WEBSOCKET_ON_DISCONNECT = "raise"`, a call that waits on the connection '
        "raises `ConnectionClosed`, as in the documentation of websockets, and after a normal "
        "close `async for` ends without an exception. So `except CancelledError` alone does not "
        "catch the end of the connection."
    ),
    find=find,
    fixable="unsafe",
    to_shim=Change(
        before=(
            "try:\n    message = await ws.recv()\n"
            "except asyncio.CancelledError:\n    room.discard(ws)\n"
        ),
        after=(
            "try:\n    message = await ws.recv()\n"
            "except (asyncio.CancelledError, ConnectionClosed):\n    room.discard(ws)\n"
        ),
        note=(
            'Reported if the app sets `WEBSOCKET_ON_DISCONNECT` to `"raise"`, or with '
            "`--on-disconnect raise`. Around an `async for`, put the cleanup into `else` too."
        ),
    ),
)
