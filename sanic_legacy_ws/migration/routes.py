"""The routes of a module by the names that Sanic gives them."""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple

from .inference.definitions import Definitions
from .inference.evidence import REQUEST_NAMES, Evidence
from .inference.syntax import FUNCTIONS, Module, constant, parameters

DECORATORS = frozenset(
    {"route", "websocket", "get", "post", "put", "delete", "patch", "head", "options"}
)
ADDERS = frozenset({"add_route", "add_websocket_route"})


class Route(NamedTuple):
    """One registration. ``owner`` tells apps and blueprints apart."""

    owner: str
    name: str
    call: ast.Call
    on: ast.expr  # the app or blueprint, or whatever else has a method of that name
    order: tuple[int, int]
    named: bool  # by name=, not after its handler


def routes(module: Module) -> list[Route]:
    """All routes whose name can be told, in the order of their registration."""
    return sorted((*_decorated(module), *_added(module)), key=lambda route: route.order)


def decorates(module: Module, route: Route) -> bool:
    """Whether a route stands above a handler of Sanic's, so that it is made on an app."""
    function = module.parents.get(route.call)
    evidence = module.known(Evidence)
    if not isinstance(function, FUNCTIONS) or evidence.other_framework or not evidence.sanic:
        return False
    first = parameters(function)[:1]
    path = constant(route.call.args[0]) if route.call.args else None
    return isinstance(path, str) and any(REQUEST_NAMES.fullmatch(a.arg) for a in first)


def _decorated(module: Module) -> Iterator[Route]:
    for function in module.functions():
        for decorator in function.decorator_list:
            if isinstance(decorator, ast.Call) and _is(decorator, DECORATORS):
                # of two decorators, the lower one registers first
                order = (function.lineno, -decorator.lineno)
                yield from _route(module, decorator, function.name, order)


def _added(module: Module) -> Iterator[Route]:
    for call in module.of(ast.Call):
        handler = call.args[0] if call.args else _keyword(call, "handler")
        order = (call.lineno, call.col_offset)
        if _is(call, ADDERS) and handler is not None:
            yield from _route(module, call, _name(handler), order)
        elif _is(call, frozenset({"static"})) and len(call.args) + len(call.keywords) > 1:
            yield from _route(module, call, "static", order)
        elif isinstance(call.func, ast.Call) and _is(call.func, DECORATORS) and call.args:
            yield from _route(module, call.func, _name(call.args[0]), order)


def _is(call: ast.Call, names: frozenset[str]) -> bool:
    return isinstance(call.func, ast.Attribute) and call.func.attr in names


def _keyword(call: ast.Call, name: str) -> ast.AST | None:
    return next((keyword.value for keyword in call.keywords if keyword.arg == name), None)


def _route(module: Module, call: ast.Call, name: str, order: tuple[int, int]) -> Iterator[Route]:
    given = _keyword(call, "name")
    said = constant(given) if given is not None else name
    unpacked = any(keyword.arg is None for keyword in call.keywords)
    if not isinstance(call.func, ast.Attribute) or unpacked:
        return
    owner = _owner(module, call.func.value)
    if isinstance(said, str) and said and owner:
        yield Route(owner, said, call, call.func.value, order, given is not None)


def _name(handler: ast.AST) -> str:
    """What Sanic calls a handler: as Python does, a view by its class."""
    if isinstance(handler, ast.Lambda):
        return "<lambda>"
    if isinstance(handler, ast.Call):
        view = isinstance(handler.func, ast.Attribute) and handler.func.attr == "as_view"
        return _name(handler.func.value) if view else ""  # type: ignore[attr-defined]
    return str(getattr(handler, "attr", getattr(handler, "id", "")))


def _owner(module: Module, node: ast.AST) -> str:
    """A key for what has the route: a name of one scope, or ``@`` and what is imported."""
    if isinstance(node, ast.Attribute):
        base = _owner(module, node.value)
        return f"{base}.{node.attr}" if base else ""
    if not isinstance(node, ast.Name):
        return ""
    home = module.known(Definitions).home(node)
    if home is None and node.id in module.origins:
        return f"@{module.origins[node.id]}"
    if home is None or home is module.tree:
        return f"{module.path}:{node.id}"
    if isinstance(home, FUNCTIONS):
        return f"{module.path}:{home.lineno}.{node.id}"
    return ""
