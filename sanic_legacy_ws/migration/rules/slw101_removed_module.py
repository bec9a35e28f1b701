"""SLW101: imports from sanic.websocket."""

from __future__ import annotations

import ast
from typing import Iterator

from ..clauses import is_fallback
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

MODULE = "sanic.websocket"
NATIVE: dict[str, tuple[str, str]] = {
    "ConnectionClosed": ("websockets.exceptions", "ConnectionClosed"),
    "WebSocketProtocol": ("sanic.server.protocols.websocket_protocol", "WebSocketProtocol"),
    "WebSocketConnection": ("sanic.server.websockets.connection", "WebSocketConnection"),
    "WebSocketCommonProtocol": ("sanic.server.websockets.impl", "WebsocketImplProtocol"),
}
SHIM: dict[str, tuple[str, str]] = {
    "ConnectionClosed": ("websockets.exceptions", "ConnectionClosed"),
    "WebSocketProtocol": ("sanic_legacy_ws", "WebSocketProtocol"),
    "WebSocketConnection": ("sanic_legacy_ws", "WebSocketConnection"),
    "WebSocketCommonProtocol": ("sanic_legacy_ws", "LegacyWebSocket"),
}


def replacements(native: bool) -> dict[str, tuple[str, str]]:
    """Where each name of the removed module is found now."""
    return NATIVE if native else SHIM


def find(view: View, target: Target) -> Iterator[Hit]:
    for node in view.module.of(ast.ImportFrom):
        if node.module == MODULE and not node.level and not guarded(view, node):
            known = all(alias.name in replacements(target.native) for alias in node.names)
            yield Hit(node, _message(node, target), fix="safe" if known else None)
    for whole in _whole(view, target):
        if not guarded(view, whole):
            yield Hit(whole, f"the module {MODULE} is gone since Sanic 21.9")


def _whole(view: View, target: Target) -> Iterator[ast.AST]:
    """Where the module itself is imported, or taken from ``sanic``, to which install() adds it."""
    for line in view.module.of(ast.ImportFrom):
        if line.module == "sanic" and any(alias.name == "websocket" for alias in line.names):
            yield line
    plain = [line for line in view.module.of(ast.Import) if _names(line, MODULE)]
    yield from plain
    if plain or (view.survey.installs and not target.native):
        return
    for node in view.module.of(ast.Attribute):
        if view.origin(node) == MODULE and view.module.is_imported(node):
            yield node


def _names(line: ast.Import, module: str) -> bool:
    return any(alias.name == module for alias in line.names)


def _message(node: ast.ImportFrom, target: Target) -> str:
    table = replacements(target.native)
    homes = sorted({table[alias.name][0] for alias in node.names if alias.name in table})
    return f"{MODULE} is gone since Sanic 21.9; import from {' and '.join(homes) or 'elsewhere'}"


def guarded(view: View, node: ast.AST) -> bool:
    """Inside try/except ImportError, as code for old and new Sanic has it."""
    for up in view.module.ancestors(node):
        if isinstance(up, ast.ExceptHandler) and is_fallback(view.module, up):
            return True
        if isinstance(up, ast.Try) and node in up.body:
            return any(is_fallback(view.module, clause) for clause in up.handlers)
    return False


RULE = Rule(
    code="SLW101",
    title="import from the removed module sanic.websocket",
    why=(
        "Sanic 21.9 moved its WebSocket protocol to another module. The import of "
        "`sanic.websocket` fails, and the app does not start. (The wheel of 21.12 still contains "
        "the old module by mistake. There the import works, but the server does not use its "
        "classes.)"
    ),
    find=find,
    fixable="safe",
    since=Release(21, 9),
    to_shim=Change(
        before="from sanic.websocket import WebSocketProtocol\n",
        after="from sanic_legacy_ws import WebSocketProtocol\n",
        note=(
            "Not needed if the app is started by `sanic-legacy-ws run`, or if "
            "`sanic_legacy_ws.install()` runs before this import. Both bring the module back."
        ),
    ),
    to_native=Change(
        before="from sanic.websocket import ConnectionClosed\n",
        after="from websockets.exceptions import ConnectionClosed\n",
    ),
)
