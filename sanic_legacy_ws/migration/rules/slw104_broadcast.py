"""SLW104: websockets' broadcast() with websockets of Sanic."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import View


def find(view: View, target: Target) -> Iterator[Hit]:
    instead = "send to each in turn" if target.native else "use sanic_legacy_ws.broadcast"
    for call in view.module.of(ast.Call):
        origin = view.origin(call.func)
        if origin.startswith("websockets") and origin.endswith(".broadcast") and call.args:
            confidence = view.sockets_in(call.args[0])
            if confidence is not None or view.module.imports_from("sanic"):
                say = f"websockets' broadcast() takes connections of its own only; {instead}"
                yield Hit(call, say, confidence or Confidence.LIKELY)


RULE = Rule(
    code="SLW104",
    title="broadcast() from the wrong package",
    why=(
        "`websockets.broadcast()` uses private parts of the connections of its own library. It "
        "fails on Sanic's own object, and on the one of this package."
    ),
    find=find,
    to_shim=Change(
        before="websockets.broadcast(clients, message)\n",
        after="sanic_legacy_ws.broadcast(clients, message)\n",
    ),
    to_native=Change(
        before="websockets.broadcast(clients, message)\n",
        after="await asyncio.gather(*(ws.send(message) for ws in clients))\n",
        note=(
            "One slow client now delays the others. If that matters, give each client its own "
            "queue."
        ),
    ),
)
