"""SLW404: cleanup after async for."""

from __future__ import annotations

import ast
from typing import Iterator, Sequence

from ..clauses import CANCELLED, EVERYTHING, LOOPS, acts, aftermath, caught_by
from ..inference.syntax import FUNCTIONS
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import TRIES, View


def find(view: View, target: Target) -> Iterator[Hit]:
    for loop in view.module.of(ast.AsyncFor):
        confidence = view.socket(loop.iter)
        if confidence is None or _protected(view, loop):
            continue
        behind = [*loop.orelse, *aftermath(view.module, loop)]
        if acts(behind) and not _goes_on(view, behind):
            say = "what follows this loop never runs: Sanic cancels the handler when the peer goes"
            yield Hit(loop, say, confidence)


def _goes_on(view: View, behind: Sequence[ast.stmt]) -> bool:
    """Whether a websocket is read again: the loop was one step of a talk, and no peer is gone."""
    return not {"receive", "iterate"}.isdisjoint(view.operations(behind))


def _protected(view: View, loop: ast.AST) -> bool:
    """Whether a ``try`` around it catches CancelledError; a loop around it starts anew."""
    inner = loop
    for up in view.module.ancestors(loop):
        if isinstance(up, (*FUNCTIONS, *LOOPS)):
            return isinstance(up, LOOPS)
        tried = isinstance(up, TRIES) and inner in getattr(up, "body", [])
        if tried and caught_by(view.module, up) & {CANCELLED, EVERYTHING}:  # type: ignore[arg-type]
            return True
        inner = up
    return False


RULE = Rule(
    code="SLW404",
    title="cleanup after async for",
    why=(
        "In the documentation of websockets, `async for message in ws` ends when the peer closes, "
        "and the lines after it run. On Sanic's own object, and on Sanic 21.6, the handler is "
        "cancelled instead, and these lines do not run."
    ),
    find=find,
    to_native=Change(
        before="async for message in ws:\n    handle(message)\nroom.discard(ws)\n",
        after=(
            "try:\n    async for message in ws:\n        handle(message)\n"
            "finally:\n    room.discard(ws)\n"
        ),
    ),
)
