"""Where websockets come from: registered handlers, annotations, handshakes, and plain names."""

from __future__ import annotations

import ast
import re
from typing import TYPE_CHECKING, Iterator

from ..model import Confidence
from .shapes import WEBSOCKET, Trace
from .syntax import FUNCTIONS, Function, Module, constant, parameters, unwrap

if TYPE_CHECKING:
    from .definitions import Callee
    from .follow import Follower

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
PLAIN_NAMES = re.compile(r"_{0,2}(ws|websocket|web_socket|ws_conn|websocket_conn)")
OTHER_FRAMEWORKS = (
    "aiohttp", "fastapi", "starlette", "tornado", "quart", "channels", "websocket", "falcon",
    "litestar", "blacksheep", "gevent", "geventwebsocket", "autobahn", "trio_websocket", "picows",
)  # fmt: skip
STANDALONE = {"connect", "serve", "unix_serve", "unix_connect", "Connect", "Serve"}
REQUEST_NAMES = re.compile(r"_{0,2}|_?(req|request|rq|r)", re.IGNORECASE)


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


class Seeds:
    """Plants what is known without following anything."""

    def __init__(self, module: Module, follower: Follower) -> None:
        self.module = module
        self.follower = follower
        self.other_framework = module.imports_from(*OTHER_FRAMEWORKS)
        self.sanic = module.imports_from("sanic", "sanic_legacy_ws")
        self._names_count: bool | None = None

    def plant(self) -> None:
        for function in self.module.functions():
            for decorator in function.decorator_list:
                if self._registers(decorator) and self.is_handler(function):
                    self._handler(function)
        for call in self.module.of(ast.Call):
            self._registration(call)
        self._annotations()
        self._protocols()

    def _annotations(self) -> None:
        for argument in self.module.of(ast.arg):
            trace = annotation_shape(self.module, argument.annotation)
            if trace:
                key = (self.module.scope(argument), argument.arg)
                self.follower._note(self.follower.names, key, trace)

        for line in self.module.of(ast.AnnAssign):
            self.follower._flow_to(line.target, annotation_shape(self.module, line.annotation))

    def _protocols(self) -> None:
        """``self.websocket`` of a class derived from Sanic's WebSocketProtocol."""
        for klass in self.module.of(ast.ClassDef):
            origins = [self.module.origin(base) for base in klass.bases]
            if any(o.startswith("sanic") and o.endswith(".WebSocketProtocol") for o in origins):
                trace = Trace(WEBSOCKET, Confidence.LIKELY)
                table = self.follower.shared.attributes
                self.follower._note(table, (klass.name, "websocket"), trace)

    def _registers(self, node: ast.AST) -> bool:
        """Whether ``node`` is ``app.websocket("/uri")``, the decorator."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return False
        return node.func.attr == "websocket" and self._has_uri(node)

    @staticmethod
    def _has_uri(call: ast.Call) -> bool:
        named = any(keyword.arg == "uri" for keyword in call.keywords)
        first = call.args[0] if call.args else None
        plain = isinstance(first, (ast.Name, ast.Attribute, ast.JoinedStr, ast.BinOp))
        return named or plain or isinstance(constant(first), str)

    def is_handler(self, function: Function) -> bool:
        """Whether a function behind ``@x.websocket`` is one of Sanic, not of another framework."""
        known = parameters(function)
        if self.module.owner(function):
            known = known[1:]
        if len(known) < 2:
            return False
        if self.sanic:
            return True
        return not self.other_framework and bool(REQUEST_NAMES.fullmatch(known[0].arg))

    def _registration(self, call: ast.Call) -> None:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr == "add_websocket_route":
            for handler in self._handlers(call):
                self._register(handler)
        elif self._registers(func) and call.args:  # app.websocket("/uri")(handler)
            self._register(call.args[0])

    @staticmethod
    def _handlers(call: ast.Call) -> Iterator[ast.AST]:
        yield from call.args[:1]
        yield from (keyword.value for keyword in call.keywords if keyword.arg == "handler")

    def _register(self, handler: ast.AST) -> None:
        follower = self.follower
        trace = Trace(WEBSOCKET, Confidence.CERTAIN)
        if isinstance(handler, ast.Lambda):
            follower.give(handler, 1, 0, trace)
        elif isinstance(handler, ast.Call):
            self._register_instance(handler)
        else:
            found = list(follower.callees(handler))
            for callee, skip in found:
                self._handler(callee, skip)
            if not found:
                follower._flow_away(_call(handler), [(1, trace)])

    def _register_instance(self, handler: ast.Call) -> None:
        """``partial(f, ...)``, ``Class()`` with ``__call__``, ``Class.as_view()``."""
        follower = self.follower
        if self.module.origin(handler.func).endswith("partial") and handler.args:
            for callee, skip in follower.callees(handler.args[0]):
                self._handler(callee, skip + len(handler.args) - 1)
            return
        func = handler.func
        base = func.value if isinstance(func, ast.Attribute) else func
        klass = follower.known.definition(base) if isinstance(base, ast.Name) else None
        if isinstance(klass, ast.ClassDef):
            for method in klass.body:
                if isinstance(method, FUNCTIONS) and method.name in (
                    "__call__",
                    "get",
                    "websocket",
                ):
                    self._handler(method, 1)

    def _handler(self, callee: Callee, skip: int | None = None) -> None:
        """The parameter after the request is a websocket."""
        if isinstance(callee, ast.ClassDef):
            return
        if skip is None:
            skip = 1 if self.module.owner(callee) else 0
        for argument in parameters(callee)[skip + 1 : skip + 2]:
            trace = Trace(WEBSOCKET, Confidence.CERTAIN)
            self.follower._note(self.follower.names, (callee, argument.arg), trace)

    # -- by name only

    def by_name(self, name: str) -> Trace | None:
        """``ws`` in a module that deals with the websockets of Sanic, by all that is known."""
        if not PLAIN_NAMES.fullmatch(name) or not self._names_speak():
            return None
        return Trace(WEBSOCKET, Confidence.POSSIBLE)

    def may_speak(self) -> bool:
        """Whether a handshake, or a name alone, can be a websocket here."""
        return "websocket_handshake" in self.module.source or self._names_speak()

    def _names_speak(self) -> bool:
        if self._names_count is None:
            self._names_count = self._evidence()
        return self._names_count and self.follower.shared.sanic

    def _evidence(self) -> bool:
        if self.other_framework:
            return False
        origins = self.module.origins.values()
        if any(self._standalone(origin) for origin in origins):
            return False
        used = {self.module.origin(node) for node in self.module.of(ast.Attribute)}
        if any(self._standalone(origin) for origin in used):
            return False
        told = ("websockets", "sanic.websocket", "sanic.server.websockets", "sanic_legacy_ws")
        closed = "sanic.exceptions.WebsocketClosed"
        return any(o == closed or o.startswith(told) for o in origins)

    @staticmethod
    def _standalone(origin: str) -> bool:
        """Names of websockets' own server and client, without Sanic."""
        root, _, rest = origin.partition(".")
        return root == "websockets" and rest.rpartition(".")[2] in STANDALONE


def _call(func: ast.AST) -> ast.Call:
    return ast.Call(func=func, args=[], keywords=[])  # type: ignore[arg-type]
