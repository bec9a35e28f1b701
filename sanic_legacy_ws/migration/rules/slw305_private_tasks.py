"""SLW305: tasks and methods inside the old websocket."""

from __future__ import annotations

from typing import Iterator

from ..model import Change, Hit, Rule, Target
from ..view import View
from .common import attribute_hits

NAMES = frozenset(
    {
        "close_connection_task",
        "transfer_data_task",
        "transfer_data_exc",
        "close_connection",
        "transfer_data",
        "connection_open",
        "connection_closed_exc",
        "ensure_open",
        "read_message",
        "read_data_frame",
        "read_frame",
        "write_frame",
        "write_close_frame",
        "is_client",
        "side",
        "_drain",
        "_drain_lock",
        "_fragmented_message_waiter",
        "_pop_message_waiter",
        "_put_message_waiter",
    }
)


def find(view: View, target: Target) -> Iterator[Hit]:
    yield from attribute_hits(
        view,
        NAMES,
        lambda name: f".{name} is inside the old websocket; Sanic's own has no such thing",
    )


RULE = Rule(
    code="SLW305",
    title="private tasks and methods of the old websocket",
    why=(
        "Apps awaited `close_connection_task`, or cancelled `transfer_data_task`, for want of "
        "something public. Sanic's own object works with other tasks."
    ),
    find=find,
    names=NAMES,
    to_native=Change(
        before="await ws.close_connection_task\n",
        after="await ws.wait_for_connection_lost()\n",
    ),
)
