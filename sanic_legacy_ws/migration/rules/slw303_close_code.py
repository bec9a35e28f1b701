"""SLW303: close_code and close_reason."""

from __future__ import annotations

from typing import Iterator

from ...usage.names import CLOSE_CODE
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import attribute_hits, inner


def find(view: View, target: Target) -> Iterator[Hit]:
    proto = inner(target.oldest)
    yield from attribute_hits(
        view,
        CLOSE_CODE.names,
        lambda name: f"Sanic's own websocket has no .{name}; it is ws.{proto}.{name}",
        "unsafe",
    )


RULE = Rule(
    code=CLOSE_CODE.code,
    title=CLOSE_CODE.title,
    why=(
        "Sanic's own websocket does not have the code and the reason of the close. Reading one is "
        "an AttributeError."
    ),
    find=find,
    fixable="unsafe",
    to_native=Change(
        before='log.info("closed with %s", ws.close_code)\n',
        after='log.info("closed with %s", ws.ws_proto.close_code)\n',
        note="`ws.ws_proto` is not public; before 22.12 it is `ws.connection`.",
    ),
)
