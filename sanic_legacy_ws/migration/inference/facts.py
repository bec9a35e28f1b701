"""What is known of a module's values, and where a websocket that is found is put down."""

from __future__ import annotations

import ast
from typing import Iterable, Iterator, NamedTuple

from ..model import Confidence
from . import shapes
from .definitions import Callee, Definitions
from .shapes import Trace
from .syntax import FUNCTIONS, Module, parameters


class Outgoing(NamedTuple):
    """A websocket handed to something that another module defines."""

    origin: str  # dotted name, or ".method" of some imported class
    place: int | str  # position or keyword
    trace: Trace


class Shared:
    """What the modules of one project know together: attributes by class name."""

    def __init__(self) -> None:
        self.attributes: dict[tuple[str, str], Trace] = {}
        self.sanic = False  # some module uses Sanic at all
        self.app_classes: set[str] = set()  # names of those derived from Sanic's own
        self.classes: set[str] = set()  # names of all others, in lower case


class Facts:
    """The tables of one module. Each keeps the best trace that it was told.

    ``passed`` is how sure a parameter can be at most of what a call gives it.
    """

    def __init__(self, module: Module, shared: Shared, passed: Confidence) -> None:
        self.module = module
        self.shared = shared
        self.passed = passed
        self.known = module.known(Definitions)
        self.names: dict[tuple[ast.AST, str], Trace] = {}  # by scope and name
        self.returns: dict[ast.AST, Trace] = {}  # by function
        self.foreign: dict[str, Trace] = {}  # attributes of what is not self
        self.outgoing: set[Outgoing] = set()
        self.borrowed: dict[str, Trace] = {}  # of other modules, by dotted name; f() is a result
        self._news = False  # something was put down since news() was asked

    def news(self) -> bool:
        """Whether anything was put down since this was asked before."""
        news, self._news = self._news, False
        return news

    def any(self) -> bool:
        """Whether this module, or a class that it knows, has a websocket at all."""
        if self.names or self.returns or self.foreign or self.borrowed:
            return True
        here = {klass.name for klass in self.module.of(ast.ClassDef)} | set(self.module.origins)
        return any(name in here for name, _ in self.shared.attributes)

    def name(self, scope: ast.AST, name: str, trace: Trace) -> None:
        """Put down what a name of ``scope`` is; it may be something else, where it is rebound."""
        if self.known.rebound(scope, name):
            trace = trace.at_most(Confidence.LIKELY)
        self._note(self.names, (scope, name), trace)

    def attribute(self, klass: str, name: str, trace: Trace) -> None:
        """Put down what an attribute of a class, by its name, is."""
        self._note(self.shared.attributes, (klass, name), trace)

    def result(self, function: ast.AST, trace: Trace) -> None:
        """Put down what a function returns: the last that it was told."""
        if self.returns.get(function) != trace:
            self.returns[function] = trace
            self._news = True

    def hand_out(self, origin: str, arguments: Iterable[tuple[int | str, Trace]]) -> None:
        """Put down what goes to a function of another module, by its name; "" for none."""
        if origin:
            self.outgoing.update(Outgoing(origin, place, trace) for place, trace in arguments)

    def exports(self) -> Iterator[tuple[str, Trace]]:
        """What other modules can import, and what functions return to them."""
        for (scope, name), trace in self.names.items():
            if scope is self.module.tree:
                yield name, trace
        for function, trace in self.returns.items():
            if self.module.parents.get(function) is self.module.tree:
                yield f"{getattr(function, 'name', '')}()", trace

    def borrow(self, origin: str, trace: Trace) -> bool:
        """Put down what another module has under ``origin``; return whether that is new."""
        before = self.borrowed.get(origin)
        self._note(self.borrowed, origin, trace)
        return self.borrowed[origin] != before

    def _note(self, table: dict, key: object, trace: Trace) -> None:  # type: ignore[type-arg]
        kept = shapes.better(table.get(key), trace)
        if kept != table.get(key):
            table[key] = kept
            self._news = True

    # -- what an assignment's target is

    def unpack(self, target: ast.AST, trace: Trace) -> None:
        """Put down what each name of ``a, b = value`` holds."""
        for part, inner in shapes.unpack(target, trace):
            self.bind(part, inner)

    def bind(self, target: ast.AST, trace: Trace) -> None:
        """Put down that ``target`` holds ``trace``."""
        if len(trace.shape) > shapes.DEEPEST:
            return
        if isinstance(target, ast.Name):
            self._bind_name(target, trace)
        elif isinstance(target, ast.Attribute):
            self._bind_attribute(target, trace)
        elif isinstance(target, ast.Subscript):
            self.bind(target.value, trace.inside("map"))
        elif isinstance(target, ast.Call):
            self._bind_call(target.func, trace)

    def _bind_call(self, func: ast.AST, trace: Trace) -> None:
        """``rooms.setdefault(name, set()).add(ws)``."""
        if isinstance(func, ast.Attribute) and func.attr in ("setdefault", "get"):
            self.bind(func.value, trace.inside("map"))

    def _bind_attribute(self, target: ast.Attribute, trace: Trace) -> None:
        klass = self.known.self_class(target.value)
        names = [klass.name] if klass else sorted(self.known.class_attributes.get(target.attr, ()))
        for name in names:
            self.attribute(name, target.attr, trace)
        if not names:
            self._note(self.foreign, target.attr, trace)

    def _bind_name(self, target: ast.Name, trace: Trace) -> None:
        parent = self.module.parents.get(target)
        klass = self.module.parents.get(parent) if parent is not None else None
        if isinstance(klass, ast.ClassDef):
            self.attribute(klass.name, target.id, trace)
        else:
            self.name(self.known.home(target) or self.module.tree, target.id, trace)

    # -- what a call passes

    def give(self, callee: Callee, place: int | str, skip: int, trace: Trace) -> None:
        """Pass ``trace`` to a parameter; ``skip`` is 1 for a bound method."""
        if isinstance(callee, ast.ClassDef):
            self._give_class(callee, place, trace)
            return
        known = parameters(callee)
        if isinstance(place, int):
            names = [argument.arg for argument in known[place + skip : place + skip + 1]]
        else:
            extra = callee.args.kwonlyargs
            names = [argument.arg for argument in [*known, *extra] if argument.arg == place]
        for name in names:
            self.name(callee, name, trace.at_most(self.passed))

    def _give_class(self, klass: ast.ClassDef, place: int | str, trace: Trace) -> None:
        for base in self.known.family(klass):
            start = next(
                (f for f in base.body if isinstance(f, FUNCTIONS) and f.name == "__init__"), None
            )
            if start is not None:
                self.give(start, place, 1, trace)
                return
        fields = [
            line.target.id
            for line in klass.body
            if isinstance(line, ast.AnnAssign) and isinstance(line.target, ast.Name)
        ]
        names = fields[place : place + 1] if isinstance(place, int) else [place]
        for name in names:
            if name in fields:
                self.attribute(klass.name, name, trace.at_most(self.passed))
