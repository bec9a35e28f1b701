"""SLW305: tasks and methods inside the old websocket."""

from __future__ import annotations

from typing import Iterator

from ...usage.names import PRIVATE, PRIVATE_AND_GONE
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import attribute_hits


def find(view: View, target: Target) -> Iterator[Hit]:
    say = ".{} is inside the old websocket; {} has no such thing".format
    other = "Sanic's own" if target.native else "the one of this package"
    names = PRIVATE.names if target.native else PRIVATE_AND_GONE
    yield from attribute_hits(view, names, lambda name: say(name, other))


RULE = Rule(
    code=PRIVATE.code,
    title=PRIVATE.title,
    why=(
        "Apps awaited `close_connection_task` or cancelled `transfer_data_task`, because there was "
        "no public way. Sanic's own object has other tasks."
    ),
    find=find,
    to_shim=Change(
        before="await ws.transfer_data()\n",
        after="# nothing: there is no such task\n",
        note=(
            "This package has the tasks and methods that apps are known to use. It does not have "
            "the other private parts."
        ),
    ),
    to_native=Change(
        before="await ws.close_connection_task\n",
        after="await ws.wait_for_connection_lost()\n",
    ),
)
