"""Whether code asks for an attribute before it takes it, so that it may be missing."""

from __future__ import annotations

import ast
from itertools import takewhile
from typing import Iterator

from .inference.syntax import FUNCTIONS, Module, constant

CHOICES = (ast.If, ast.IfExp, ast.While)


def asked(module: Module, node: ast.Attribute) -> bool:
    """Whether ``hasattr(x, "name")`` is true wherever ``x.name`` is reached."""
    inner: ast.AST = node
    for up in module.ancestors(node):
        if isinstance(up, FUNCTIONS):
            return False
        if any(_asks(test, node) for test in _true_before(up, inner)):
            return True
        inner = up
    return False


def _true_before(up: ast.AST, inner: ast.AST) -> Iterator[ast.AST]:
    """What is true where ``inner`` is evaluated, as far as ``up`` tells."""
    if isinstance(up, ast.BoolOp) and isinstance(up.op, ast.And):
        yield from takewhile(lambda value: value is not inner, up.values)
    elif isinstance(up, CHOICES):
        body = up.body if isinstance(up.body, list) else [up.body]
        if inner in body:
            yield from _conjuncts(up.test)


def _conjuncts(test: ast.AST) -> Iterator[ast.AST]:
    if isinstance(test, ast.BoolOp) and isinstance(test.op, ast.And):
        for value in test.values:
            yield from _conjuncts(value)
    else:
        yield test


def _asks(test: ast.AST, node: ast.Attribute) -> bool:
    called = isinstance(test, ast.Call) and getattr(test.func, "id", "") == "hasattr"
    args = test.args if called else []  # type: ignore[attr-defined]
    named = len(args) == 2 and constant(args[1]) == node.attr
    return named and ast.dump(args[0]) == ast.dump(node.value)
