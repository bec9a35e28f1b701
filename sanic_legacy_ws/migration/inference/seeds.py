"""Where websockets come from: registered handlers, annotations, classes of protocols."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Confidence
from .annotations import annotation_shape
from .definitions import Callee
from .evidence import Evidence
from .shapes import WEBSOCKET, Trace
from .syntax import FUNCTIONS, constant, parameters
from .values import Values

HANDED = Trace(WEBSOCKET, Confidence.CERTAIN)  # what Sanic gives to a handler
CALLED = ("__call__", "get", "websocket")  # methods by which an instance serves as a handler


class Seeds:
    """Puts down what is known without following anything."""

    def __init__(self, values: Values, evidence: Evidence) -> None:
        self.values = values
        self.evidence = evidence
        self.facts = values.facts
        self.module = values.module

    def plant(self) -> None:
        for function in self.module.functions():
            for decorator in function.decorator_list:
                if self._registers(decorator) and self.evidence.is_handler(function):
                    self._handler(function)
        for call in self.module.of(ast.Call):
            self._registration(call)
        self._annotations()
        self._protocols()

    def _annotations(self) -> None:
        for argument in self.module.of(ast.arg):
            trace = annotation_shape(self.module, argument.annotation)
            if trace:
                self.facts.name(self.module.scope(argument), argument.arg, trace)
        for line in self.module.of(ast.AnnAssign):
            trace = annotation_shape(self.module, line.annotation)
            if trace:
                self.facts.unpack(line.target, trace)

    def _protocols(self) -> None:
        """``self.websocket`` of a class derived from Sanic's WebSocketProtocol."""
        for klass in self.module.of(ast.ClassDef):
            origins = [self.module.origin(base) for base in klass.bases]
            if any(o.startswith("sanic") and o.endswith(".WebSocketProtocol") for o in origins):
                self.facts.attribute(klass.name, "websocket", HANDED.at_most(Confidence.LIKELY))

    @staticmethod
    def _registers(node: ast.AST) -> bool:
        """Whether ``node`` is ``app.websocket("/uri")``, the decorator."""
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Attribute):
            return False
        return node.func.attr == "websocket" and _has_uri(node)

    def _registration(self, call: ast.Call) -> None:
        func = call.func
        if isinstance(func, ast.Attribute) and func.attr == "add_websocket_route":
            for handler in _handlers(call):
                self._register(handler)
        elif self._registers(func) and call.args:  # app.websocket("/uri")(handler)
            self._register(call.args[0])

    def _register(self, handler: ast.AST) -> None:
        if isinstance(handler, ast.Lambda):
            self.facts.give(handler, 1, 0, HANDED)
        elif isinstance(handler, ast.Call):
            self._register_instance(handler)
        else:
            found = list(self.values.callees(handler))
            for callee, skip in found:
                self._handler(callee, skip)
            if not found:
                self.facts.hand_out(self.values.elsewhere(handler), [(1, HANDED)])

    def _register_instance(self, handler: ast.Call) -> None:
        """``partial(f, ...)``, ``Class()`` with ``__call__``, ``Class.as_view()``."""
        if self.module.origin(handler.func).endswith("partial") and handler.args:
            for callee, skip in self.values.callees(handler.args[0]):
                self._handler(callee, skip + len(handler.args) - 1)
            return
        func = handler.func
        base = func.value if isinstance(func, ast.Attribute) else func
        klass = self.facts.known.definition(base) if isinstance(base, ast.Name) else None
        if isinstance(klass, ast.ClassDef):
            for method in klass.body:
                if isinstance(method, FUNCTIONS) and method.name in CALLED:
                    self._handler(method, 1)

    def _handler(self, callee: Callee, skip: int | None = None) -> None:
        """The parameter after the request is a websocket."""
        if isinstance(callee, ast.ClassDef):
            return
        if skip is None:
            skip = 1 if self.module.owner(callee) else 0
        for argument in parameters(callee)[skip + 1 : skip + 2]:
            self.facts.name(callee, argument.arg, HANDED)


def _has_uri(call: ast.Call) -> bool:
    named = any(keyword.arg == "uri" for keyword in call.keywords)
    first = call.args[0] if call.args else None
    plain = isinstance(first, (ast.Name, ast.Attribute, ast.JoinedStr, ast.BinOp))
    return named or plain or isinstance(constant(first), str)


def _handlers(call: ast.Call) -> Iterator[ast.AST]:
    yield from call.args[:1]
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "handler")
