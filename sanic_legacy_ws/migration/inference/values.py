"""What an expression is, by what is known so far."""

from __future__ import annotations

import ast
from typing import Iterator, Protocol

from ..model import Confidence
from . import shapes
from .definitions import Callee, class_names
from .facts import Facts
from .shapes import Trace
from .syntax import FUNCTIONS, constant, parameters

FOLLOWED_ELSEWHERE = ("asyncio", "functools", "websockets")  # callbacks, and no app's own code


class Subject(Protocol):
    """What is followed, as far as it can be told without following it."""

    passed: Confidence
    """How sure a parameter can be at most of what a call gives it."""

    def possible(self) -> bool:
        """Whether there may be one in the module though no fact says so."""
        ...

    def plant(self, values: Values) -> None:
        """Put down the facts that the module states: registrations, annotations."""

    def by_name(self, name: str) -> Trace | None:
        """What a name says of a parameter or attribute of which nothing else is known."""

    def annotated(self, annotation: ast.AST) -> Trace | None:
        """What an annotation says."""

    def made_by(self, call: ast.Call) -> Trace | None:
        """What a call gives by itself, such as that of a class."""

    def taken_by(self, node: ast.Attribute) -> Trace | None:
        """What an attribute of something that is not followed is."""


class Values:
    """Reads the facts of a module; it puts down none."""

    def __init__(self, facts: Facts, subject: Subject) -> None:
        self.facts = facts
        self.subject = subject
        self.module = facts.module
        self._alive = True  # False once look() has found nothing that could be followed

    def look(self) -> bool:
        """Whether there can be one in this module at all; if not, nothing is traced."""
        self._alive = self.facts.any() or self.subject.possible()
        return self._alive

    def trace(self, node: ast.AST | None) -> Trace | None:
        """The trace of an expression, or None where no websocket is known in it."""
        if node is None or not self._alive:
            return None
        look = getattr(self, f"_trace_{type(node).__name__}", None)
        return look(node) if look else None

    def _trace_Name(self, node: ast.Name) -> Trace | None:
        scope: ast.AST = self.module.scope(node)
        for home in (scope, *self.module.ancestors(scope)):
            found = self.facts.names.get((home, node.id))
            if found:
                return found
            if node.id in self.facts.known.bound.get(home, ()):
                return self.subject.by_name(node.id) if self._unknown(home, node.id) else None
        return self.facts.borrowed.get(self.module.origin(node))

    def _unknown(self, home: ast.AST, name: str) -> bool:
        """Whether ``name`` is a parameter of ``home`` of which nothing is said."""
        known = parameters(home) if isinstance(home, FUNCTIONS) else []
        if [argument.arg for argument in known[1:2]] == ["path"]:
            return False  # handler(websocket, path) is one of websockets' own server
        return any(argument.arg == name and argument.annotation is None for argument in known)

    def _trace_Attribute(self, node: ast.Attribute) -> Trace | None:
        table = self.facts.shared.attributes
        klass = self.facts.known.self_class(node.value)
        if klass is not None:
            names = [name for base in self.facts.known.family(klass) for name in class_names(base)]
            found = next((table[n, node.attr] for n in names if (n, node.attr) in table), None)
            return found or self._by_attribute_name(node.attr)
        if node.attr in self.facts.foreign:
            return self.facts.foreign[node.attr]
        if self.trace(node.value):
            return None
        known = self._attribute_of_known(node) or self.subject.taken_by(node)
        return known or self._kept_somewhere(node)

    def _by_attribute_name(self, name: str) -> Trace | None:
        """``self.ws``, unless some class makes its own from something else."""
        made = name in self.facts.known.made_attributes
        return None if made else self.subject.by_name(name)

    def _attribute_of_known(self, node: ast.Attribute) -> Trace | None:
        """``client.ws``, where some class of this module, or imported, has a websocket ``ws``."""
        if self.module.is_imported(node):
            return self.facts.borrowed.get(self.module.origin(node))
        here = {klass.name for klass in self.module.of(ast.ClassDef)}
        for (name, attribute), trace in self.facts.shared.attributes.items():
            if attribute == node.attr and (name in here or name in self.module.origins):
                return trace.at_most(Confidence.LIKELY)
        return None

    def _kept_somewhere(self, node: ast.Attribute) -> Trace | None:
        """``client.ws``, where a class of another module has a websocket under that plain name."""
        kept = any(attribute == node.attr for _, attribute in self.facts.shared.attributes)
        return self.subject.by_name(node.attr) if kept else None

    def _trace_Subscript(self, node: ast.Subscript) -> Trace | None:
        base = self.trace(node.value)
        return shapes.item(base, node.slice) if base else None

    def _trace_Await(self, node: ast.Await) -> Trace | None:
        return self.trace(node.value)

    def _trace_NamedExpr(self, node: ast.NamedExpr) -> Trace | None:
        return self.trace(node.value)

    def _trace_Starred(self, node: ast.Starred) -> Trace | None:
        return self.trace(node.value)

    def _trace_IfExp(self, node: ast.IfExp) -> Trace | None:
        return self.trace(node.body) or self.trace(node.orelse)

    def _trace_BoolOp(self, node: ast.BoolOp) -> Trace | None:
        return next(filter(None, map(self.trace, node.values)), None)

    def _trace_List(self, node: ast.List) -> Trace | None:
        return next((t.inside("seq") for t in map(self.trace, node.elts) if t), None)

    _trace_Set = _trace_List

    def _trace_Tuple(self, node: ast.Tuple) -> Trace | None:
        for number, part in enumerate(node.elts):
            found = self.trace(part)
            if found:
                return found.inside(f"at:{number}")
        return None

    def _trace_Dict(self, node: ast.Dict) -> Trace | None:
        for key, value in zip(node.keys, node.values):
            found = self.trace(value)
            if found:
                name = constant(key)
                return found.inside(f"key:{name}" if isinstance(name, str) else "map")
        return None

    def _trace_ListComp(self, node: ast.ListComp) -> Trace | None:
        found = self.trace(node.elt)
        return found.inside("seq") if found else None

    _trace_SetComp = _trace_GeneratorExp = _trace_ListComp

    def _trace_DictComp(self, node: ast.DictComp) -> Trace | None:
        found = self.trace(node.value)
        return found.inside("map") if found else None

    def _trace_Call(self, node: ast.Call) -> Trace | None:
        func = node.func
        made = self.subject.made_by(node)
        if made:
            return made
        if isinstance(func, ast.Attribute):
            base = self.trace(func.value)
            if base:
                return shapes.method(base, func.attr)
        name = self.module.origin(func).rpartition(".")[2]
        runs = self.module.origin(func) == "asyncio.run" or name == "run_until_complete"
        if (runs or name in shapes.COPIES) and node.args:
            return self.trace(node.args[0])
        if name == "cast" and len(node.args) == 2:
            return self.subject.annotated(node.args[0]) or self.trace(node.args[1])
        returns = self.facts.returns
        found = [returns[f] for f, _ in self.callees(func, guess=False) if f in returns]
        known = found[0] if found else self.facts.borrowed.get(f"{self.module.origin(func)}()")
        return known.at_most(self.subject.passed) if known else None

    def callees(self, func: ast.AST, guess: bool = True) -> Iterator[tuple[Callee, int]]:
        """What ``func`` may be in this module, with the number of parameters already bound.

        ``guess`` allows for methods of objects whose class is not known.
        """
        if isinstance(func, ast.Attribute) and guess and self.trace(func.value):
            return
        yield from self.facts.known.callees(func, guess)

    def elsewhere(self, func: ast.AST) -> str:
        """The name by which another module may define ``func``: dotted, or ``.method``; or ""."""
        origin = self.module.origin(func)
        imported = isinstance(func, (ast.Name, ast.Attribute)) and self.module.is_imported(func)
        if imported and origin.partition(".")[0] not in FOLLOWED_ELSEWHERE:
            return origin
        if isinstance(func, ast.Attribute) and self.trace(func.value) is None:
            return f".{func.attr}"
        return ""
