"""What several rules share."""

from __future__ import annotations

import ast
from typing import Any, Callable, Collection, Iterable, Iterator

from ...binding.settings import Settings
from ..asked import asked
from ..model import Release, Target
from ..rule import Hit
from ..survey import SANIC as SANIC
from ..view import View

BLUEPRINTS = frozenset({"sanic.Blueprint", "sanic.blueprints.Blueprint"})
WHETHER_OPEN = frozenset({"open", "closed", "state"})
DEFAULT_POLICY = Settings().on_disconnect
WS_PROTO = Release(22, 12)  # before it, Sanic's object calls its inner connection ``connection``


def inner(oldest: Release) -> str:
    """How Sanic's own object calls the websockets connection inside it."""
    return "ws_proto" if oldest >= WS_PROTO else "connection"


def raises(view: View, target: Target) -> bool:
    """Whether the end of a connection is told to the app as an exception, not by cancelling."""
    said = {target.on_disconnect} if target.on_disconnect else view.survey.policies
    return "raise" in (said or {DEFAULT_POLICY})


def is_protocol(view: View, keyword: ast.keyword) -> bool:
    """``protocol=WebSocketProtocol``, with the class of Sanic or of this package."""
    origin = view.origin(keyword.value)
    ours = origin.startswith("sanic") and origin.endswith(".WebSocketProtocol")
    return keyword.arg == "protocol" and ours


def first(nodes: Iterable[Any]) -> Any:
    """The one that stands before the others in its file."""
    return min(nodes, key=lambda node: (node.lineno, node.col_offset))


def own_attributes(view: View) -> set[str]:
    """Attributes that the app sets on the websocket itself."""
    return {node.attr for node, _ in view.attributes() if isinstance(node.ctx, ast.Store)}


def attribute_hits(
    view: View,
    names: Collection[str],
    say: Callable[[str], str],
    fix: str | None = None,
) -> Iterator[Hit]:
    """One hit for each use of one of these attributes of a websocket.

    What asks by ``hasattr()`` can do without, unless it asks whether it may send.
    """
    own = own_attributes(view)
    for node, confidence in view.attributes():
        found = node.attr in names and node.attr not in own
        if found and (node.attr in WHETHER_OPEN or not asked(view.module, node)):
            yield Hit(node, say(node.attr), confidence, fix)
    yield from _getattr_hits(view, names, say)


def _getattr_hits(view: View, names: Collection[str], say: Callable[[str], str]) -> Iterator[Hit]:
    """``getattr(ws, "open")`` without a default."""
    for call in view.module.of(ast.Call):
        if isinstance(call.func, ast.Name) and call.func.id == "getattr" and len(call.args) == 2:
            name = getattr(call.args[1], "value", None)
            confidence = view.socket(call.args[0]) if name in names else None
            if confidence is not None:
                yield Hit(call, say(str(name)), confidence)
