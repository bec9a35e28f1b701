"""What only has the name of a request, by what the code base calls it with."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from .inference.syntax import Module, parameters

NAMES = re.compile(r"\w*req\w*", re.IGNORECASE)
MAYBE = re.compile(r"\w{1,2}|ctx|context|self")
DATA = frozenset({"json", "form", "args", "query_args"})


def given_data(modules: list[Module]) -> frozenset[str]:
    """Functions that are called with data for their first parameter, and what they hand it to."""
    found: set[str] = set()
    handed: dict[str, set[str]] = {}  # by a function, those that it gives its own first parameter
    for module in modules:
        for call in module.of(ast.Call):
            if call.args and (isinstance(call.func, ast.Name) or module.is_imported(call.func)):
                name = str(getattr(call.func, "attr", getattr(call.func, "id", "")))
                found |= {name} if _is_data(call.args[0]) else set()
                for caller in _first_of(module, call):
                    handed.setdefault(caller, set()).add(name)
    todo = set(found)
    while todo:
        todo = {name for caller in todo for name in handed.get(caller, ())} - found
        found |= todo
    return frozenset(found)


def _is_data(given: ast.AST) -> bool:
    if isinstance(given, ast.Name):
        return not NAMES.fullmatch(given.id) and not MAYBE.fullmatch(given.id)
    return isinstance(given, ast.Dict) or getattr(given, "attr", "") in DATA


def _first_of(module: Module, call: ast.Call) -> Iterator[str]:
    """The function whose first parameter a call is given first; a handler has a request."""
    function = module.function(call)
    if function is not None and not function.decorator_list:
        first = [argument.arg for argument in parameters(function)[:1]]
        if first == [getattr(call.args[0], "id", "")]:
            yield function.name
