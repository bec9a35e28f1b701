"""What runs while the modules of a code base are imported, as workers do it, by its name."""

from __future__ import annotations

import ast
from typing import Iterator

from .inference.syntax import FUNCTIONS, Module

# What says that an app chooses by itself how its workers get it.
CHOICES = ("start_method", "app_loader", "AppLoader", "single_process")
FUNCTION_LIKE = (*FUNCTIONS, ast.Lambda)


def is_guard(node: ast.AST) -> bool:
    """``if __name__ == "__main__":``, of a program that workers import under another name."""
    test = node.test if isinstance(node, ast.If) else None
    sides = [test.left, *test.comparators] if isinstance(test, ast.Compare) else []
    return any(isinstance(side, ast.Name) and side.id == "__name__" for side in sides)


def guards(module: Module) -> list[ast.If]:
    return [line for line in module.tree.body if isinstance(line, ast.If) and is_guard(line)]


def chooses(modules: list[Module]) -> bool:
    """Whether the code says how workers get the app, so that nothing can be said here."""
    return any(word in module.source for module in modules for word in CHOICES)


def reached(modules: list[Module]) -> frozenset[str]:
    """Names of functions and classes that an import calls, or what it calls does."""
    called: dict[str, set[str]] = {}  # by the name of what calls them, "" is an import
    for module in modules:
        for call in module.of(ast.Call):
            for caller in _callers(module, call):
                called.setdefault(caller, set()).add(_name(call.func))
    found: set[str] = set()
    todo = {""}
    while todo:
        new = {name for caller in todo for name in called.get(caller, ())} - found
        found |= new
        todo = new
    return frozenset(found)


def _callers(module: Module, call: ast.Call) -> Iterator[str]:
    """The function and the class in which a call stands; "" for none, and outside a guard."""
    around = list(module.ancestors(call))
    functions = [up for up in around if isinstance(up, FUNCTION_LIKE)]
    if functions:
        yield from (up.name for up in around if isinstance(up, (*FUNCTIONS, ast.ClassDef)))
    elif not any(is_guard(up) for up in around):
        yield ""


def _name(func: ast.AST) -> str:
    return str(getattr(func, "attr", getattr(func, "id", "")))
