"""Follows the websocket through a module: names, attributes, containers, calls.

The order of statements does not matter here: whatever a name is anywhere in its scope, it is
everywhere in it. That is coarse, and right for code that calls a websocket a websocket.
"""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple

from ..model import Confidence
from . import shapes
from .definitions import Callee, Definitions, class_names
from .seeds import Seeds, annotation_shape
from .shapes import Trace
from .syntax import FUNCTIONS, Module, constant, parameters, unwrap

ROUNDS = 12  # a chain of calls longer than this is not followed to its end


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


class Follower:
    def __init__(self, module: Module, shared: Shared) -> None:
        self.module = module
        self.shared = shared
        self.names: dict[tuple[ast.AST, str], Trace] = {}
        self.returns: dict[ast.AST, Trace] = {}
        self.foreign: dict[str, Trace] = {}  # attributes of what is not self
        self.outgoing: set[Outgoing] = set()
        self.changed = False
        self.alive = True
        self.known = Definitions(module)
        self.seeds = Seeds(module, self)

    def run(self) -> None:
        """Follow until nothing new is found."""
        for _ in range(ROUNDS):
            self.changed = False
            self.seeds.plant()
            self.alive = self._is_alive()
            if self.alive:
                self._flow()
            if not self.changed:
                return

    def _is_alive(self) -> bool:
        """Whether there can be a websocket in this module at all."""
        if self.names or self.returns or self.foreign or self.seeds.may_speak():
            return True
        here = {klass.name for klass in self.module.of(ast.ClassDef)} | set(self.module.origins)
        return any(name in here for name, _ in self.shared.attributes)

    # -- what flows

    def _flow(self) -> None:
        module = self.module
        for assign in module.of(ast.Assign):
            for target in assign.targets:
                self._flow_to(target, self.trace(assign.value))
        for annotated in module.of(ast.AnnAssign):
            self._flow_to(annotated.target, self.trace(annotated.value))
        for walrus in module.of(ast.NamedExpr):
            self._flow_to(walrus.target, self.trace(walrus.value))
        for loop in module.of(ast.For):
            self._flow_each(loop.target, loop.iter)
        for part in module.of(ast.comprehension):
            self._flow_each(part.target, part.iter)
        for item in module.of(ast.withitem):
            if item.optional_vars:
                self._flow_to(item.optional_vars, self.trace(item.context_expr))
        for result in module.of(ast.Return):
            self._flow_out(result)
        for call in module.of(ast.Call):
            self._flow_call(call)

    def _flow_each(self, target: ast.AST, values: ast.AST) -> None:
        trace = self.trace(values)
        self._flow_to(target, shapes.element(trace) if trace else None)

    def _flow_out(self, result: ast.Return) -> None:
        function = self.module.function(result)
        found = self.trace(result.value) if result.value else None
        if function and found and self.returns.get(function) != found:
            self.returns[function] = found
            self.changed = True

    def _flow_to(self, target: ast.AST, trace: Trace | None) -> None:
        if isinstance(target, ast.Subscript):
            self._flow_key(target)
        if trace is None:
            return
        for part, inner in shapes.unpack(target, trace):
            self.bind(part, inner)

    def _flow_key(self, target: ast.Subscript) -> None:
        """``seen[ws] = ...``: iterating the dict gives the websocket."""
        key = self.trace(unwrap(target.slice))
        if key and key.shape == shapes.WEBSOCKET:
            self.bind(target.value, key.inside("seq"))

    def _flow_call(self, call: ast.Call) -> None:
        arguments = list(self._arguments(call))
        if not arguments:
            return
        receiver = call.func.value if isinstance(call.func, ast.Attribute) else None
        callees = list(self.callees(call.func))
        if callees:
            for callee, skip in callees:
                for place, trace in arguments:
                    self.give(callee, place, skip, trace)
        elif receiver is not None and call.func.attr in shapes.ADDERS:  # type: ignore[attr-defined]
            self.bind(receiver, arguments[0][1].inside("seq"))
        else:
            self._flow_away(call, arguments)
        self._flow_callbacks(call)

    def _flow_callbacks(self, call: ast.Call) -> None:
        """``partial(f, ws)``, ``call_soon(f, ws)``: a function, then its arguments."""
        for number, argument in enumerate(call.args[:-1]):
            if isinstance(argument, (ast.Name, ast.Attribute)):
                for callee, skip in self.callees(argument, guess=False):
                    for place, later in enumerate(call.args[number + 1 :]):
                        trace = self.trace(later)
                        if trace:
                            self.give(callee, place, skip, trace)

    def _flow_away(self, call: ast.Call, arguments: list[tuple[int | str, Trace]]) -> None:
        func = call.func
        origin = self.module.origin(func)
        root = origin.split(".")[0] or origin
        imported = isinstance(func, (ast.Name, ast.Attribute)) and self.module.is_imported(func)
        if imported and root not in ("asyncio", "functools", "websockets"):
            self.outgoing.update(Outgoing(origin, place, trace) for place, trace in arguments)
        elif isinstance(func, ast.Attribute) and self.trace(func.value) is None:
            name = f".{func.attr}"
            self.outgoing.update(Outgoing(name, place, trace) for place, trace in arguments)

    def _arguments(self, call: ast.Call) -> Iterator[tuple[int | str, Trace]]:
        for place, argument in enumerate(call.args):
            trace = self.trace(argument)
            if trace:
                yield place, trace
        for keyword in call.keywords:
            trace = self.trace(keyword.value)
            if trace and keyword.arg:
                yield keyword.arg, trace

    # -- where it goes

    def bind(self, target: ast.AST, trace: Trace) -> None:
        """Note that ``target`` holds ``trace``."""
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
            self._note(self.shared.attributes, (name, target.attr), trace)
        if not names:
            self._note(self.foreign, target.attr, trace)

    def _bind_name(self, target: ast.Name, trace: Trace) -> None:
        parent = self.module.parents.get(target)
        klass = self.module.parents.get(parent) if parent is not None else None
        if isinstance(klass, ast.ClassDef):
            self._note(self.shared.attributes, (klass.name, target.id), trace)
            return
        home = self.known.home(target) or self.module.tree
        self._note(self.names, (home, target.id), trace)

    def _note(self, table: dict, key: object, trace: Trace) -> None:  # type: ignore[type-arg]
        kept = shapes.better(table.get(key), trace)
        if kept != table.get(key):
            table[key] = kept
            self.changed = True

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
            self._note(self.names, (callee, name), trace.at_most(Confidence.LIKELY))

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
                self._note(
                    self.shared.attributes, (klass.name, name), trace.at_most(Confidence.LIKELY)
                )

    def callees(self, func: ast.AST, guess: bool = True) -> Iterator[tuple[Callee, int]]:
        """What ``func`` may be in this module, with the number of parameters already bound.

        ``guess`` allows for methods of objects whose class is not known.
        """
        if isinstance(func, ast.Attribute) and guess and self.trace(func.value):
            return
        yield from self.known.callees(func, guess)

    # -- what an expression is

    def trace(self, node: ast.AST | None) -> Trace | None:
        """The trace of an expression, or None where no websocket is known in it."""
        if node is None or not self.alive:
            return None
        look = getattr(self, f"_trace_{type(node).__name__}", None)
        return look(node) if look else None

    def _trace_Name(self, node: ast.Name) -> Trace | None:
        scope: ast.AST = self.module.scope(node)
        for home in (scope, *self.module.ancestors(scope)):
            found = self.names.get((home, node.id))
            if found:
                return found
            if node.id in self.known.bound.get(home, ()):
                return self.seeds.by_name(node.id) if self._unknown(home, node.id) else None
        return None

    def _unknown(self, home: ast.AST, name: str) -> bool:
        """Whether ``name`` is a parameter of ``home`` of which nothing is said."""
        known = parameters(home) if isinstance(home, FUNCTIONS) else []
        if [argument.arg for argument in known[1:2]] == ["path"]:
            return False  # handler(websocket, path) is one of websockets' own server
        return any(argument.arg == name and argument.annotation is None for argument in known)

    def _trace_Attribute(self, node: ast.Attribute) -> Trace | None:
        table = self.shared.attributes
        klass = self.known.self_class(node.value)
        if klass is not None:
            names = [name for base in self.known.family(klass) for name in class_names(base)]
            found = next((table[n, node.attr] for n in names if (n, node.attr) in table), None)
            return found or self._by_attribute_name(node.attr)
        if node.attr in self.foreign:
            return self.foreign[node.attr]
        if self.trace(node.value):
            return None
        return self._attribute_of_known(node)

    def _by_attribute_name(self, name: str) -> Trace | None:
        """``self.ws``, unless some class makes its own from something else."""
        return None if name in self.known.made_attributes else self.seeds.by_name(name)

    def _attribute_of_known(self, node: ast.Attribute) -> Trace | None:
        """``client.ws``, where some class of this module, or imported, has a websocket ``ws``."""
        if self.module.is_imported(node):
            return None
        here = {klass.name for klass in self.module.of(ast.ClassDef)}
        for (name, attribute), trace in self.shared.attributes.items():
            if attribute == node.attr and (name in here or name in self.module.origins):
                return trace.at_most(Confidence.LIKELY)
        return None

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
        if isinstance(func, ast.Attribute):
            if func.attr == "websocket_handshake":
                return Trace(shapes.WEBSOCKET, Confidence.CERTAIN)
            base = self.trace(func.value)
            if base:
                return shapes.method(base, func.attr)
        name = self.module.origin(func).rpartition(".")[2]
        if name in shapes.COPIES and node.args:
            return self.trace(node.args[0])
        if name == "cast" and len(node.args) == 2:
            return annotation_shape(self.module, node.args[0]) or self.trace(node.args[1])
        found = [self.returns[f] for f, _ in self.callees(func, guess=False) if f in self.returns]
        return found[0].at_most(Confidence.LIKELY) if found else None
