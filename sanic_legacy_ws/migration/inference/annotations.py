"""What an annotation says of a value."""

from __future__ import annotations

import ast

from ..model import Confidence
from .shapes import WEBSOCKET, Trace
from .syntax import Module, unwrap

TYPES = {
    "sanic.Websocket",
    "sanic.server.websockets.impl.WebsocketImplProtocol",
    "sanic.server.websockets.connection.WebSocketConnection",
    "sanic.websocket.WebSocketCommonProtocol",
    "sanic.websocket.WebSocketConnection",
    "sanic_legacy_ws.LegacyWebSocket",
    "websockets.WebSocketCommonProtocol",
    "websockets.protocol.WebSocketCommonProtocol",
    "websockets.legacy.protocol.WebSocketCommonProtocol",
}
SERVER_TYPES = {
    "websockets.WebSocketServerProtocol",
    "websockets.server.WebSocketServerProtocol",
    "websockets.legacy.server.WebSocketServerProtocol",
}
SEQUENCES = {"List", "Set", "FrozenSet", "Deque", "Sequence", "Iterable", "Collection", "list"}
SEQUENCES |= {"set", "frozenset", "deque", "AbstractSet", "MutableSet", "WeakSet", "Iterator"}
MAPPINGS = {"Dict", "dict", "Mapping", "MutableMapping", "DefaultDict", "defaultdict"}
WRAPPERS = {"Optional", "Union", "Annotated", "Final", "ClassVar", "Type"}


def annotation_shape(module: Module, node: ast.AST | None) -> Trace | None:
    """The trace that an annotation declares."""
    if isinstance(node, ast.Constant) and isinstance(node.value, str):
        try:
            return annotation_shape(module, ast.parse(node.value, mode="eval").body)
        except SyntaxError:
            return None
    if isinstance(node, (ast.Name, ast.Attribute)):
        name = module.origin(node)
        known = name in TYPES or (name in SERVER_TYPES and module.imports_from("sanic"))
        return Trace(WEBSOCKET, Confidence.CERTAIN) if known else None
    if isinstance(node, ast.BinOp):  # X | None
        return annotation_shape(module, node.left) or annotation_shape(module, node.right)
    return _generic_shape(module, node) if isinstance(node, ast.Subscript) else None


def _generic_shape(module: Module, node: ast.Subscript) -> Trace | None:
    name = module.origin(node.value).rpartition(".")[2]
    index = unwrap(node.slice)
    parts = index.elts if isinstance(index, ast.Tuple) else [index]
    found = [(place, annotation_shape(module, part)) for place, part in enumerate(parts)]
    traces = [(place, trace) for place, trace in found if trace]
    if not traces:
        return None
    place, trace = traces[0]
    if name in SEQUENCES:
        return Trace(("seq", *trace.shape), trace.confidence)
    if name in MAPPINGS:
        return Trace(("map" if place else "seq", *trace.shape), trace.confidence)
    if name in ("Tuple", "tuple"):
        return Trace((f"at:{place}", *trace.shape), trace.confidence)
    return trace if name in WRAPPERS else None
