"""SLW307: attributes that never worked in Sanic."""

from __future__ import annotations

from typing import Iterator

from ...usage.names import NEVER_WORKED
from ..model import Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import attribute_hits

INSTEAD = {
    "path": "request.path",
    "request_headers": "request.headers",
    "response_headers": "nothing",
    "origin": 'request.headers.get("origin")',
}


def find(view: View, target: Target) -> Iterator[Hit]:
    say = "the websocket of Sanic never had .{}; use {}".format
    for hit in attribute_hits(view, INSTEAD, lambda name: say(name, INSTEAD[name])):
        named = getattr(hit.node, "attr", "") == "request_headers"
        known = named and view.request_name(hit.node) is not None
        yield hit._replace(fix="safe" if known else None)


RULE = Rule(
    code=NEVER_WORKED.code,
    title=NEVER_WORKED.title,
    why=(
        "The server of websockets sets `path`, `request_headers` and `response_headers` in its "
        "handshake. Sanic has always done the handshake itself, and never set them. The object of "
        "this package has these three. The request has all of it, on every Sanic."
    ),
    find=find,
    fixable="safe",
    to_native=Change(
        before='token = ws.request_headers["authorization"]\n',
        after='token = request.headers["authorization"]\n',
    ),
)
