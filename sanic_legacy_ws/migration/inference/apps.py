"""What makes a value a Sanic app, or a blueprint."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ..model import Confidence
from .definitions import Callee
from .facts import Shared
from .shapes import Trace
from .syntax import FUNCTIONS, Module, constant, parameters, unwrap
from .values import Values

ITSELF: tuple[str, ...] = ()
MADE = Trace(ITSELF, Confidence.CERTAIN)
CLASSES = frozenset({"sanic.Sanic", "sanic.app.Sanic", "sanic.Blueprint"})
CLASSES |= {"sanic.blueprints.Blueprint"}
FOUND = frozenset({"sanic.Sanic.get_app", "sanic.app.Sanic.get_app"})
NAMES = re.compile(r"(\w*_)?app|application", re.IGNORECASE)
REQUESTS = re.compile(r"\w*(request|req)|r", re.IGNORECASE)
# Decorators and methods whose function gets the app as its first argument.
STAGES = frozenset(
    {f"{when}_server_{what}" for when in ("before", "after") for what in ("start", "stop")}
    | {"main_process_start", "main_process_ready", "main_process_stop", "listener"}
    | {"reload_process_start", "reload_process_stop", "register_listener", "add_task"}
)


class Apps:
    """The apps of one module, as a subject to follow."""

    passed = Confidence.CERTAIN  # what is called `app` and gets an app is no other thing as well

    def __init__(self, module: Module, shared: Shared) -> None:
        self.module = module
        self.shared = shared
        self._own = {klass.name for klass in module.of(ast.ClassDef) if self._derived(klass)}
        shared.app_classes |= self._own
        others = (klass for klass in module.of(ast.ClassDef) if not klass.bases)
        shared.classes |= {klass.name.lower() for klass in others}

    def possible(self) -> bool:
        return self.shared.sanic

    def _derived(self, klass: ast.ClassDef) -> bool:
        return any(self.module.origin(base) in CLASSES for base in klass.bases)

    def by_name(self, name: str) -> Trace | None:
        named = self.shared.sanic and NAMES.fullmatch(name)
        if name.lower() in self.shared.classes:
            return None  # an object of the code's own class Application
        return MADE.at_most(Confidence.LIKELY) if named else None

    def annotated(self, annotation: ast.AST) -> Trace | None:
        name = self.module.origin(annotation) or str(constant(annotation))
        known = name in CLASSES or name == "Sanic" or name in self._own
        return MADE if known else self._of_another(name)

    def made_by(self, call: ast.Call) -> Trace | None:
        origin = self.module.origin(call.func)
        known = origin in CLASSES or origin in FOUND or origin in self._own
        return MADE if known else self._of_another(origin)

    def _of_another(self, origin: str) -> Trace | None:
        """What the name of a class says that another module derives from Sanic's."""
        name = origin.rpartition(".")[2]
        known = name in self.shared.app_classes and name not in self._own
        return MADE.at_most(Confidence.LIKELY) if known else None

    def taken_by(self, node: ast.Attribute) -> Trace | None:
        """``request.app``, and ``info.context["request"].app`` of what keeps a request."""
        if node.attr != "app" or not self.shared.sanic:
            return None
        of = node.value
        if isinstance(of, ast.Name):
            return MADE if REQUESTS.fullmatch(of.id) else None
        kept = isinstance(of, ast.Subscript) and constant(unwrap(of.slice)) == "request"
        named = isinstance(of, ast.Attribute) and of.attr == "request"
        return MADE.at_most(Confidence.LIKELY) if kept or named else None

    def plant(self, values: Values) -> None:
        for function in self.module.functions():
            if any(map(self._is_stage, function.decorator_list)):
                self._first(values, function)
        for call in self.module.of(ast.Call):
            for registered in self._registered(values, call):
                self._first(values, registered)
        for argument in self.module.of(ast.arg):
            noted = argument.annotation and self.annotated(argument.annotation)
            if noted:
                values.facts.name(self.module.scope(argument), argument.arg, noted)
        self._selves(values)

    def _is_stage(self, decorator: ast.AST) -> bool:
        func = decorator.func if isinstance(decorator, ast.Call) else decorator
        return isinstance(func, ast.Attribute) and func.attr in STAGES

    def _registered(self, values: Values, call: ast.Call) -> Iterator[Callee]:
        """``app.register_listener(function, ...)``, ``app.before_server_start(function)``."""
        if call.args and self._is_stage(call):
            yield from (callee for callee, _ in values.callees(call.args[0], guess=False))

    def _first(self, values: Values, function: Callee) -> None:
        if isinstance(function, ast.ClassDef):
            return
        skip = 1 if self.module.owner(function) else 0
        for argument in parameters(function)[skip : skip + 1]:
            values.facts.name(function, argument.arg, MADE)

    def _selves(self, values: Values) -> None:
        """``self`` in a class derived from Sanic's: its ``__init__`` may come before ``ctx``."""
        for klass in self.module.of(ast.ClassDef):
            if klass.name in self._own:
                for method in klass.body:
                    if isinstance(method, FUNCTIONS):
                        for argument in parameters(method)[:1]:
                            values.facts.name(method, argument.arg, MADE.at_most(Confidence.LIKELY))
