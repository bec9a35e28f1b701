"""SLW201: except ConnectionClosed, which Sanic's own websocket does not raise."""

from __future__ import annotations

import ast
from typing import Iterator

from ..clauses import (
    CANCELLED,
    CLOSED,
    EVERYTHING,
    NATIVE_CLOSED,
    acts,
    after_clause,
    caught,
    caught_by,
    in_loop,
    leaves,
    suppresses,
)
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import Operations, View
from .slw407_task_of_its_own import run_as_tasks

SINCE = Release(21, 9)  # the first with WebsocketClosed


def find(view: View, target: Target) -> Iterator[Hit]:
    for block in view.tries():
        for clause in block.handlers:
            if CLOSED in caught(view.module, clause.type):
                yield from _judge(view, block, clause, target)
    for kind in (ast.With, ast.AsyncWith):
        for manager in view.module.of(kind):
            for call in suppresses(view.module, manager):
                tags = frozenset().union(*(caught(view.module, arg) for arg in call.args))
                if CLOSED in tags:
                    yield from _judge_suppress(view, manager, call, tags, target)


def _judge(view: View, block: ast.Try, clause: ast.ExceptHandler, target: Target) -> Iterator[Hit]:
    done = view.operations(block.body)
    noticed = acts(clause.body) or acts(after_clause(view.module, block, clause))
    missing = _missing(done, caught_by(view.module, block), noticed)
    if missing:
        alone = view.module.function(block) in run_as_tasks(view)
        spins = "receive" in done and not leaves(clause.body) and in_loop(view.module, block)
        fix = None if spins else _fix(missing, target)  # caught, recv() would raise for ever
        yield Hit(clause, _message(missing, alone), max(done.values()), fix)


def _judge_suppress(
    view: View, block: ast.AST, call: ast.Call, tags: frozenset[str], target: Target
) -> Iterator[Hit]:
    done = view.operations(getattr(block, "body", []))
    missing = _missing(done, tags, noticed=False)
    if missing:
        alone = view.module.function(block) in run_as_tasks(view)
        yield Hit(call, _message(missing, alone), max(done.values()), _fix(missing, target))


def _missing(done: Operations, tags: frozenset[str], noticed: bool) -> list[str]:
    """What Sanic's own object raises here, and nothing catches."""
    if EVERYTHING in tags:
        return []
    missing: list[str] = []
    if ("send" in done or "hand over" in done) and NATIVE_CLOSED not in tags:
        missing.append(NATIVE_CLOSED)
    if ("receive" in done or "iterate" in done) and CANCELLED not in tags and noticed:
        missing.append(CANCELLED)
    return missing


def _fix(missing: list[str], target: Target) -> str | None:
    if target.oldest < SINCE:
        return None
    return "safe" if missing == [NATIVE_CLOSED] else "unsafe"


def _message(missing: list[str], alone: bool) -> str:
    """What is raised instead; ``alone`` is code that runs in a task of its own."""
    never = ", and after a TCP reset nothing, in a task of its own" if alone else ""
    says = {
        NATIVE_CLOSED: "send() raises sanic.exceptions.WebsocketClosed",
        CANCELLED: f"recv() raises asyncio.CancelledError{never}",
    }
    return f"Sanic never raises ConnectionClosed here: {', '.join(says[name] for name in missing)}"


RULE = Rule(
    code="SLW201",
    title="except ConnectionClosed, which Sanic's own websocket does not raise",
    why=(
        "When the peer is gone, Sanic's own `send()` raises `sanic.exceptions.WebsocketClosed`. A "
        "waiting `recv()` or `async for` raises `asyncio.CancelledError` (in a separate task only "
        "after a close frame: [SLW407](slw407.md)). So `except ConnectionClosed` never runs: the "
        "cleanup in it is skipped, and the other exception is not caught."
    ),
    find=find,
    fixable="safe",
    to_native=Change(
        before=(
            "try:\n    await ws.send(message)\nexcept ConnectionClosed:\n    room.discard(ws)\n"
        ),
        after=(
            "try:\n    await ws.send(message)\n"
            "except (ConnectionClosed, WebsocketClosed):\n    room.discard(ws)\n"
        ),
        note=(
            "Around `recv()`, also catch `asyncio.CancelledError`, do the cleanup, and raise it "
            "again. Or put the cleanup into `finally`."
        ),
    ),
)
