"""SLW302: the address attributes."""

from __future__ import annotations

from typing import Iterator

from ...usage.names import ADDRESSES
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import attribute_hits

INSTEAD = {
    "remote_address": "(request.ip, request.port)",
    "local_address": "request.conn_info.sockname",
    "host": "request.host",
    "port": "request.server_port",
    "secure": 'request.scheme == "wss"',
}


def find(view: View, target: Target) -> Iterator[Hit]:
    for hit in attribute_hits(
        view, INSTEAD, lambda name: f"Sanic's own websocket has no .{name}; use {INSTEAD[name]}"
    ):
        named = getattr(hit.node, "attr", "") == "remote_address"
        known = named and view.request_name(hit.node) is not None
        yield hit._replace(fix="unsafe" if known else None)


RULE = Rule(
    code=ADDRESSES.code,
    title=ADDRESSES.title,
    why=(
        "Sanic's own websocket does not have the addresses. The request has them. (`host`, `port` "
        "and `secure` were None on the old websocket too.)"
    ),
    find=find,
    fixable="unsafe",
    to_native=Change(
        before='log.info("hello, %s", ws.remote_address)\n',
        after='log.info("hello, %s", (request.ip, request.port))\n',
        note="Behind a proxy, `request.remote_addr` is the client address from the proxy.",
    ),
)
