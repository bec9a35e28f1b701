"""SLW405: async for, on Sanic 21.9 to 22.6."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

SINCE = Release(22, 9)


def find(view: View, target: Target) -> Iterator[Hit]:
    if target.oldest >= SINCE:
        return
    for loop in view.module.of(ast.AsyncFor):
        confidence = view.socket(loop.iter)
        if confidence is not None:
            yield Hit(loop, f"`async for` over a websocket needs Sanic {SINCE}", confidence)


RULE = Rule(
    code="SLW405",
    title="async for over a websocket, between Sanic 21.9 and 22.6",
    why="Sanic's own object had no `__aiter__` before 22.9, so this is a TypeError.",
    find=find,
    since=Release(21, 9),
    until=Release(22, 6),
    to_native=Change(
        before="async for message in ws:\n    handle(message)\n",
        after="while True:\n    message = await ws.recv()\n    handle(message)\n",
        note="Reported only with `--sanic` older than 22.9.",
    ),
)
