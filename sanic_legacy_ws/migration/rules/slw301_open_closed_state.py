"""SLW301: the attributes open, closed and state."""

from __future__ import annotations

from typing import Iterator

from ...usage.names import OPEN_CLOSED_STATE
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import attribute_hits, inner


def find(view: View, target: Target) -> Iterator[Hit]:
    state = f"ws.{inner(target.oldest)}.state"
    yield from attribute_hits(
        view,
        OPEN_CLOSED_STATE.names,
        lambda name: f"Sanic's own websocket has no .{name}; look at {state}",
        "unsafe",
    )


RULE = Rule(
    code=OPEN_CLOSED_STATE.code,
    title=OPEN_CLOSED_STATE.title,
    why="Sanic's own websocket has none of them. Reading one is an AttributeError.",
    find=find,
    fixable="unsafe",
    to_native=Change(
        before="if ws.open:\n    await ws.send(message)\n",
        after=('if ws.ws_proto.state.name == "OPEN":\n    await ws.send(message)\n'),
        note=(
            "`ws.ws_proto` is not public; before 22.12 it is `ws.connection`. If you can, send and "
            "catch `WebsocketClosed` instead: the connection can close right after the check."
        ),
    ),
)
