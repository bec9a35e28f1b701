"""Functions that a module gives to an app, which then calls them with a request."""

from __future__ import annotations

import ast
from typing import Iterator

from .app_uses import known_app
from .inference.flow import Follower
from .model import Confidence

LISTS = frozenset({"request_middleware", "response_middleware"})
APPENDING = frozenset({"append", "appendleft"})
METHODS = frozenset({"register_middleware", "middleware", "on_request", "on_response"})
METHODS |= {"add_route", "add_websocket_route"}


def registered(apps: Follower) -> dict[ast.AST, Confidence]:
    """Handlers and middleware that are registered by a call, by how surely it is on an app."""
    return dict(_registered(apps))


def _registered(apps: Follower) -> Iterator[tuple[ast.AST, Confidence]]:
    for call in apps.module.of(ast.Call):
        app = _app(call.func) if call.args else None
        sure = known_app(apps, app) if app is not None else None
        if sure is not None:
            callees = apps.values.callees(call.args[0], guess=False)
            yield from ((callee, sure) for callee, _ in callees)


def _app(func: ast.AST) -> ast.AST | None:
    """``app`` in ``app.add_route`` and in ``app.request_middleware.append``."""
    if not isinstance(func, ast.Attribute):
        return None
    if func.attr in METHODS:
        return func.value
    middleware = isinstance(func.value, ast.Attribute) and func.value.attr in LISTS
    return func.value.value if middleware and func.attr in APPENDING else None  # type: ignore
