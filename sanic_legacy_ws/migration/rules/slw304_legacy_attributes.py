"""SLW304: other attributes that only the old websocket has."""

from __future__ import annotations

from typing import Iterator

from ...usage.names import OTHER_ATTRIBUTES
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import attribute_hits

INSTEAD = {
    "transport": "ws.io_proto.transport",
    "messages": "nothing: recv(timeout=0) tells whether one waits",
    "extensions": "nothing: Sanic negotiates none",
    "max_size": "app.config.WEBSOCKET_MAX_SIZE",
    "read_limit": "nothing: the setting is gone",
    "write_limit": "nothing: the setting is gone",
    "latency": "the time that `await pong` takes",
    "id": "request.id",
}


def find(view: View, target: Target) -> Iterator[Hit]:
    yield from attribute_hits(
        view, INSTEAD, lambda name: f"Sanic's own websocket has no .{name}; use {INSTEAD[name]}"
    )


RULE = Rule(
    code=OTHER_ATTRIBUTES.code,
    title=OTHER_ATTRIBUTES.title,
    why=(
        "They belong to the old implementation of websockets. Sanic's own object does not have "
        "them."
    ),
    find=find,
    to_native=Change(
        before="if ws.messages:\n    message = await ws.recv()\n",
        after="message = await ws.recv(timeout=0)\nif message is not None:\n    ...\n",
    ),
)
