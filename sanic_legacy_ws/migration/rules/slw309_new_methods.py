"""SLW309: methods that Sanic has since 21.9 only."""

from __future__ import annotations

from typing import Iterator

from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

SINCE = Release(21, 9)
NAMES = frozenset({"recv_burst", "recv_streaming", "end_connection"})


def find(view: View, target: Target) -> Iterator[Hit]:
    if target.oldest >= SINCE:
        return
    for node, confidence in view.attributes():
        if node.attr in NAMES and confidence > Confidence.POSSIBLE:
            yield Hit(node, f".{node.attr}() needs Sanic {SINCE}", confidence)
    for call in view.calls("recv"):
        if call.node.args or call.node.keywords:
            yield Hit(call.node, f"recv(timeout) needs Sanic {SINCE}", call.confidence)


RULE = Rule(
    code="SLW309",
    title="recv(timeout), recv_burst() and recv_streaming(), on a Sanic too old for them",
    why=(
        "Sanic's own object has them since 21.9. On 21.6 and older they are an AttributeError or a "
        "TypeError. The object of this package has them on every Sanic."
    ),
    find=find,
    until=Release(21, 6),
    to_native=Change(
        before="message = await ws.recv(timeout=5)\n",
        after="# Sanic 21.9 or newer, or the object of this package\n",
        note="Reported only with `--sanic` older than 21.9.",
    ),
)
