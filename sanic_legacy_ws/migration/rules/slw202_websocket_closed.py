"""SLW202: except WebsocketClosed around recv() alone."""

from __future__ import annotations

from typing import Iterator

from ..clauses import (
    CANCELLED,
    EVERYTHING,
    NATIVE_CLOSED,
    acts,
    after_clause,
    caught,
    caught_by,
)
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View


def find(view: View, target: Target) -> Iterator[Hit]:
    for block in view.tries():
        tags = caught_by(view.module, block)
        if NATIVE_CLOSED not in tags or tags & {CANCELLED, EVERYTHING} or block.finalbody:
            continue
        done = view.operations(block.body)
        if done and not {"send", "hand over"} & set(done):
            clause = next(c for c in block.handlers if NATIVE_CLOSED in caught(view.module, c.type))
            if acts(clause.body) or acts(after_clause(view.module, block, clause)):
                say = "a waiting recv() raises asyncio.CancelledError, not WebsocketClosed"
                yield Hit(clause, say, max(done.values()))


RULE = Rule(
    code="SLW202",
    title="except WebsocketClosed around recv()",
    why=(
        "Sanic raises `WebsocketClosed` from a `recv()` that is called after the close. A `recv()` "
        "that is waiting when the peer goes is cancelled instead. So the clause does not catch the "
        "usual end of a connection. (The object of this package raises an exception that is both "
        "ConnectionClosed and WebsocketClosed.)"
    ),
    find=find,
    since=Release(21, 9),
    to_native=Change(
        before=(
            "try:\n    message = await ws.recv()\nexcept WebsocketClosed:\n    room.discard(ws)\n"
        ),
        after="try:\n    message = await ws.recv()\nfinally:\n    room.discard(ws)\n",
    ),
)
