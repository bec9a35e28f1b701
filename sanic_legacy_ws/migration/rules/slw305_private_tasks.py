"""SLW305: tasks and methods inside the old websocket."""

from __future__ import annotations

from typing import Iterator

from ..model import Change, Hit, Rule, Target
from ..view import View
from .common import attribute_hits

# This package's object has these as well.
KEPT = frozenset(
    {"close_connection_task", "transfer_data_task", "close_connection", "connection_open"}
    | {"connection_closed_exc", "ensure_open", "is_client", "side"}
)
GONE = frozenset(
    {"transfer_data", "transfer_data_exc", "read_message", "read_data_frame", "read_frame"}
    | {"write_frame", "write_close_frame", "reader", "writer", "legacy_recv", "_drain"}
    | {"_drain_lock", "_fragmented_message_waiter", "_pop_message_waiter", "_put_message_waiter"}
)


def find(view: View, target: Target) -> Iterator[Hit]:
    say = ".{} is inside the old websocket; {} has no such thing".format
    other = "Sanic's own" if target.native else "the one of this package"
    names = GONE | KEPT if target.native else GONE
    yield from attribute_hits(view, names, lambda name: say(name, other))


RULE = Rule(
    code="SLW305",
    title="private tasks and methods of the old websocket",
    why=(
        "Apps awaited `close_connection_task`, or cancelled `transfer_data_task`, for want of "
        "something public. Sanic's own object works with other tasks."
    ),
    find=find,
    names=GONE | KEPT,
    to_shim=Change(
        before="await ws.transfer_data()\n",
        after="# nothing: there is no such task to help\n",
        note=(
            "The tasks and methods that apps were seen to use are there; only the machinery "
            "behind them is not."
        ),
    ),
    to_native=Change(
        before="await ws.close_connection_task\n",
        after="await ws.wait_for_connection_lost()\n",
    ),
)
