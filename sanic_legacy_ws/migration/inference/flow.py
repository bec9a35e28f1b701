"""Follows an object through a module: names, attributes, containers, calls.

The order of statements does not matter here: whatever a name is anywhere in its scope, it is
everywhere in it. That is coarse, and right for code that calls a websocket a websocket.
"""

from __future__ import annotations

import ast
from typing import Iterator

from . import shapes
from .facts import Facts, Shared
from .shapes import Trace
from .syntax import Module, unwrap
from .values import Subject, Values

ROUNDS = 12  # a chain of calls longer than this is not followed to its end


class Follower:
    """One module's facts, and what finds them."""

    def __init__(self, module: Module, shared: Shared, subject: Subject) -> None:
        self.module = module
        self.subject = subject
        self.facts = Facts(module, shared, subject.passed)
        self.values = Values(self.facts, subject)

    def run(self) -> None:
        """Follow until nothing new is found."""
        for _ in range(ROUNDS):
            self.subject.plant(self.values)
            if self.values.look():
                self._flow()
            if not self.facts.news():
                return

    def _flow(self) -> None:
        module, trace = self.module, self.values.trace
        for assign in module.of(ast.Assign):
            for target in assign.targets:
                self._flow_to(target, trace(assign.value))
        for annotated in module.of(ast.AnnAssign):
            self._flow_to(annotated.target, trace(annotated.value))
        for walrus in module.of(ast.NamedExpr):
            self._flow_to(walrus.target, trace(walrus.value))
        for loop in module.of(ast.For):
            self._flow_each(loop.target, loop.iter)
        for part in module.of(ast.comprehension):
            self._flow_each(part.target, part.iter)
        for item in module.of(ast.withitem):
            if item.optional_vars:
                self._flow_to(item.optional_vars, trace(item.context_expr))
        for result in module.of(ast.Return):
            self._flow_out(result)
        for call in module.of(ast.Call):
            self._flow_call(call)

    def _flow_each(self, target: ast.AST, values: ast.AST) -> None:
        trace = self.values.trace(values)
        self._flow_to(target, shapes.element(trace) if trace else None)

    def _flow_out(self, result: ast.Return) -> None:
        function = self.module.function(result)
        found = self.values.trace(result.value) if result.value else None
        if function and found:
            self.facts.result(function, found)

    def _flow_to(self, target: ast.AST, trace: Trace | None) -> None:
        if isinstance(target, ast.Subscript):
            self._flow_key(target)
        if trace is not None:
            self.facts.unpack(target, trace)

    def _flow_key(self, target: ast.Subscript) -> None:
        """``seen[ws] = ...``: iterating the dict gives the websocket."""
        key = self.values.trace(unwrap(target.slice))
        if key and key.shape == shapes.WEBSOCKET:
            self.facts.bind(target.value, key.inside("seq"))

    def _flow_call(self, call: ast.Call) -> None:
        arguments = list(self._arguments(call))
        if not arguments:
            return
        func = call.func
        callees = list(self.values.callees(func))
        if callees:
            for callee, skip in callees:
                for place, trace in arguments:
                    self.facts.give(callee, place, skip, trace)
        elif isinstance(func, ast.Attribute) and func.attr in shapes.ADDERS:
            self.facts.bind(func.value, arguments[0][1].inside("seq"))
        else:
            self.facts.hand_out(self.values.elsewhere(func), arguments)
        self._flow_callbacks(call)

    def _flow_callbacks(self, call: ast.Call) -> None:
        """``partial(f, ws)``, ``call_soon(f, ws)``: a function, then its arguments."""
        for number, argument in enumerate(call.args[:-1]):
            if isinstance(argument, (ast.Name, ast.Attribute)):
                for callee, skip in self.values.callees(argument, guess=False):
                    for place, later in enumerate(call.args[number + 1 :]):
                        trace = self.values.trace(later)
                        if trace:
                            self.facts.give(callee, place, skip, trace)

    def _arguments(self, call: ast.Call) -> Iterator[tuple[int | str, Trace]]:
        for place, argument in enumerate(call.args):
            trace = self.values.trace(argument)
            if trace:
                yield place, trace
        for keyword in call.keywords:
            trace = self.values.trace(keyword.value)
            if trace and keyword.arg:
                yield keyword.arg, trace
