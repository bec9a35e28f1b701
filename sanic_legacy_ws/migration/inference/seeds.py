"""Where websockets come from: registered handlers, annotations, classes of protocols."""

from __future__ import annotations

import ast
from typing import Iterator

from ..model import Confidence
from .annotations import annotation_shape
from .definitions import Callee
from .evidence import REQUEST_NAMES, Evidence
from .shapes import WEBSOCKET, Trace
from .syntax import FUNCTIONS, Function, constant, parameters
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
                elif _says_websocket(decorator) and self._looks_like_one(function):
                    self._handler(function, trace=HANDED.at_most(Confidence.LIKELY))
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
        return isinstance(node, ast.Call) and _method(node.func) == "websocket" and _has_uri(node)

    def _looks_like_one(self, function: Function) -> bool:
        """Whether a function has the parameters of a handler, in a module that uses Sanic."""
        skip = 1 if self.module.owner(function) else 0
        first = parameters(function)[skip : skip + 1]
        named = any(REQUEST_NAMES.fullmatch(argument.arg) for argument in first)
        return named and self.evidence.sanic and self.evidence.is_handler(function)

    def _registration(self, call: ast.Call) -> None:
        func = call.func
        if _method(func) == "add_websocket_route":
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

    def _handler(self, callee: Callee, skip: int | None = None, trace: Trace = HANDED) -> None:
        """The parameter after the request is a websocket."""
        if isinstance(callee, ast.ClassDef):
            return
        if skip is None:
            skip = 1 if self.module.owner(callee) else 0
        for argument in parameters(callee)[skip + 1 : skip + 2]:
            self.facts.name(callee, argument.arg, trace)


def _method(func: ast.AST) -> str:
    """``websocket`` of ``app.websocket``, and of ``getattr(app, "websocket")``."""
    if isinstance(func, ast.Call) and getattr(func.func, "id", "") == "getattr":
        return str(constant(func.args[1])) if len(func.args) > 1 else ""
    return func.attr if isinstance(func, ast.Attribute) else ""


def _says_websocket(node: ast.AST) -> bool:
    """``@route("websocket", "/uri")`` of the app's own, which calls ``getattr(app, kind)``."""
    given = [constant(argument) for argument in node.args] if isinstance(node, ast.Call) else []
    return given[:1] == ["websocket"] and str(given[-1]).startswith("/")


def _has_uri(call: ast.Call) -> bool:
    named = any(keyword.arg == "uri" for keyword in call.keywords)
    first = call.args[0] if call.args else None
    plain = isinstance(first, (ast.Name, ast.Attribute, ast.JoinedStr, ast.BinOp))
    return named or plain or isinstance(constant(first), str)


def _handlers(call: ast.Call) -> Iterator[ast.AST]:
    yield from call.args[:1]
    yield from (keyword.value for keyword in call.keywords if keyword.arg == "handler")
