"""SLW205: except CancelledError as the way to notice that the peer is gone."""

from __future__ import annotations

from typing import Iterator

from ..clauses import (
    ANYTHING,
    CANCELLED,
    CLOSED,
    EVERYTHING,
    NATIVE_CLOSED,
    acts,
    caught,
    caught_by,
)
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View

OTHERS = frozenset({CLOSED, NATIVE_CLOSED, ANYTHING, EVERYTHING})


def find(view: View, target: Target) -> Iterator[Hit]:
    for block in view.tries():
        tags = caught_by(view.module, block)
        if CANCELLED not in tags or tags & OTHERS:
            continue
        clause = next(c for c in block.handlers if CANCELLED in caught(view.module, c.type))
        done = view.operations(block.body)
        if done.keys() - {"hand over"} and acts(clause.body):
            say = "recv() raises ConnectionClosed when the peer goes, and does not cancel"
            yield Hit(clause, say, max(done.values()), "unsafe")


RULE = Rule(
    code="SLW205",
    title="except CancelledError, as the end of the connection",
    why=(
        "Sanic 21.6 cancelled a handler whose peer had gone, by accident; websockets documents "
        "`ConnectionClosed`, and that is what the object of this package raises. A clause for "
        "`CancelledError` alone no longer sees the end of the connection."
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
        note='`app.config.WEBSOCKET_ON_DISCONNECT = "cancel"` gives back what 21.6 did.',
    ),
)
