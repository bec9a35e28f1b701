"""SLW310: what is inside Sanic's own websocket."""

from __future__ import annotations

from typing import Iterator

from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import attribute_hits

INSTEAD = {
    "assembler": "recv()",
    "recv_lock": "recv()",
    "recv_cancel": "recv()",
    "conn_mutex": "send()",
    "auto_closer_task": "wait_closed()",
    "data_finished_fut": "wait_closed()",
    "can_pause": "nothing",
    "pause_frames": "nothing",
    "resume_frames": "nothing",
}


def find(view: View, target: Target) -> Iterator[Hit]:
    yield from attribute_hits(
        view, INSTEAD, lambda name: f".{name} is inside Sanic's own websocket; use {INSTEAD[name]}"
    )


RULE = Rule(
    code="SLW310",
    title="what is inside Sanic's own websocket",
    why=(
        "The object of this package has every public method of Sanic's own object, but not its "
        "private parts. (Two exceptions: it has `io_proto` and `ws_proto`. `isinstance(ws, "
        "WebsocketImplProtocol)` is true.)"
    ),
    find=find,
    to_shim=Change(
        before="message = await ws.assembler.get()\n",
        after="message = await ws.recv()\n",
    ),
)
