"""SLW505: the handshake called by the app itself."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import View

ENDS = ("close", "end_connection", "fail_connection")


def find(view: View, target: Target) -> Iterator[Hit]:
    if any(view.calls(*ENDS)):
        return  # the app does end it
    for call in view.module.of(ast.Call):
        if isinstance(call.func, ast.Attribute) and call.func.attr == "websocket_handshake":
            awaited = isinstance(view.module.parents.get(call), ast.Await)
            if awaited and not isinstance(call.func.value, ast.Call):  # not super()
                say = "Sanic does not end a connection after this call; the app has to do it"
                yield Hit(call, say, Confidence.LIKELY)


RULE = Rule(
    code="SLW505",
    title="websocket_handshake() called by the app",
    why=(
        "A library that upgrades from an HTTP route gets the websocket. But it does not get what "
        "Sanic does around the handler of a WebSocket route: since 21.9 that is `end_connection()` "
        "after a disconnect. In 21.9 the call also fails without the argument `subprotocols`."
    ),
    find=find,
    to_native=Change(
        before="ws = await protocol.websocket_handshake(request)\nawait serve(ws)\n",
        after=(
            "ws = await protocol.websocket_handshake(request, subprotocols=None)\n"
            "try:\n    await serve(ws)\n"
            "finally:\n    ws.end_connection(1000)\n"
        ),
    ),
)
