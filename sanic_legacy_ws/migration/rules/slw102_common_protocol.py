"""SLW102: the classes of the old websocket in imports, hints and isinstance()."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import first

CLASS = "WebSocketCommonProtocol"
SERVER_CLASS = "WebSocketServerProtocol"  # of websockets' own server: a hint that was near enough
HOMES = {
    CLASS: {
        "websockets",
        "websockets.protocol",
        "websockets.legacy.protocol",
        "websockets.legacy",
    },
    SERVER_CLASS: {"websockets", "websockets.server", "websockets.legacy.server"},
}
STANDALONE = {"serve", "connect", "unix_serve", "unix_connect"}
PUBLIC_NAME = Release(22, 6)  # the first with sanic.Websocket


def find(view: View, target: Target) -> Iterator[Hit]:
    if _standalone(view):
        return
    for name in HOMES:
        if name == CLASS or view.module.imports_from("sanic"):
            yield from _named(view, name, instead(target))


def _named(view: View, name: str, better: str) -> Iterator[Hit]:
    say = f"{name} is not what Sanic hands to a handler; use {better}"
    for node in view.module.of(ast.ImportFrom):
        if node.module in HOMES[name] and any(alias.name == name for alias in node.names):
            yield Hit(node, say, fix="safe" if _only_a_hint(view, node, name) else None)
    uses = [node for node in view.module.of(ast.Attribute) if _is_the_class(view, node, name)]
    if uses:  # once a file: test doubles name it in every line
        more = f" ({len(uses) - 1} more in this file)" if len(uses) > 1 else ""
        yield Hit(first(uses), f"{say}{more}")


def _is_the_class(view: View, node: ast.Attribute, wanted: str) -> bool:
    home, _, name = view.origin(node).rpartition(".")
    return name == wanted and home in HOMES[wanted] and view.module.is_imported(node)


def instead(target: Target) -> str:
    if not target.native:
        return "sanic_legacy_ws.LegacyWebSocket"
    public = target.oldest >= PUBLIC_NAME
    return "sanic.Websocket" if public else "sanic.server.websockets.impl.WebsocketImplProtocol"


def _standalone(view: View) -> bool:
    """A module that runs websockets' own server or client as well."""
    origins = {view.origin(node) for node in view.module.of(ast.Attribute)}
    origins.update(view.module.origins.values())
    return any(o.startswith("websockets") and o.rpartition(".")[2] in STANDALONE for o in origins)


def _only_a_hint(view: View, node: ast.ImportFrom, name: str) -> bool:
    """Whether the class is never called, subclassed or tested against."""
    alias = next(alias for alias in node.names if alias.name == name)
    parents = view.module.parents
    uses = [n for n in view.module.of(ast.Name) if n.id == (alias.asname or name)]
    return not any(
        isinstance(parents[use], (ast.Call, ast.ClassDef, ast.Attribute)) for use in uses
    )


RULE = Rule(
    code="SLW102",
    title="WebSocketCommonProtocol, the class of the old websocket",
    why=(
        "Since Sanic 21.9 a handler gets an object of Sanic's own class. So a type hint with the "
        "old class is wrong, and `isinstance()` is false. The name itself is deprecated since "
        "websockets 14.0, and importing it warns. The same is true of `WebSocketServerProtocol`."
    ),
    find=find,
    fixable="safe",
    since=Release(21, 9),
    to_shim=Change(
        before="from websockets import WebSocketCommonProtocol\n",
        after="from sanic_legacy_ws import LegacyWebSocket as WebSocketCommonProtocol\n",
    ),
    to_native=Change(
        before="from websockets import WebSocketCommonProtocol\n",
        after="from sanic import Websocket as WebSocketCommonProtocol\n",
        note="`sanic.Websocket` exists since 22.6.",
    ),
)
