"""SLW311: ws.connection, which Sanic's own websocket calls ws_proto now."""

from __future__ import annotations

from typing import Iterator

from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import WS_PROTO, attribute_hits


def find(view: View, target: Target) -> Iterator[Hit]:
    if target.oldest >= WS_PROTO:
        say = f"Sanic calls .connection .ws_proto since {WS_PROTO}"
        yield from attribute_hits(view, {"connection"}, lambda name: say, "safe")


RULE = Rule(
    code="SLW311",
    title="connection, which is ws_proto now",
    why=(
        "From 21.9 to 22.9 Sanic's own websocket had the connection of websockets as "
        "`connection`. Since 22.12 it is `ws_proto`, and reading `connection` is an "
        "AttributeError. (The object of this package has both.)"
    ),
    find=find,
    fixable="safe",
    to_native=Change(
        before='if ws.connection.state.name == "OPEN":\n    await ws.send(message)\n',
        after='if ws.ws_proto.state.name == "OPEN":\n    await ws.send(message)\n',
    ),
)
