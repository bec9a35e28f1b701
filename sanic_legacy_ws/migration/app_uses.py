"""Attributes that an app's code keeps on Sanic's app, or on a blueprint."""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple

from .inference.flow import Follower
from .inference.shapes import WEBSOCKET as ITSELF
from .inference.syntax import constant
from .model import Confidence
from .sanic_names import APP, LATER

BY_NAME = frozenset({"getattr", "setattr", "hasattr", "delattr"})
STORING = frozenset({"setattr", "delattr"})
CONTEXT = "ctx"


class AppUse(NamedTuple):
    """``app.name``, or ``getattr(app, "name")`` and its like."""

    node: ast.Attribute | ast.Call
    name: str
    stored: bool
    sure: Confidence


def app_uses(follower: Follower) -> Iterator[AppUse]:
    """What the code of a module takes from an app that is not Sanic's, and puts there."""
    for node in follower.module.of(ast.Attribute):
        sure = known_app(follower, node.value) if _is_added(node.attr) else None
        if sure is not None:
            yield AppUse(node, node.attr, not isinstance(node.ctx, ast.Load), sure)
    for call in follower.module.of(ast.Call):
        func = call.func.id if isinstance(call.func, ast.Name) else ""
        name = constant(call.args[1]) if func in BY_NAME and len(call.args) > 1 else None
        if isinstance(name, str) and _is_added(name):
            sure = known_app(follower, call.args[0])
            if sure is not None:
                yield AppUse(call, name, func in STORING, sure)


def kept_in_context(follower: Follower) -> Iterator[str]:
    """Names that are stored in ``app.ctx`` already."""
    for node in follower.module.of(ast.Attribute):
        base = node.value
        context = isinstance(base, ast.Attribute) and base.attr == CONTEXT
        app = getattr(base, "value", base)
        if context and isinstance(node.ctx, ast.Store) and known_app(follower, app) is not None:
            yield node.attr


def known_app(follower: Follower, node: ast.AST | None) -> Confidence | None:
    """How surely ``node`` is a Sanic app or a blueprint."""
    trace = follower.values.trace(node)
    return trace.confidence if trace and trace.shape == ITSELF else None


def _is_added(name: str) -> bool:
    """Whether Sanic's own app lacks the name, or did while the code may have taken it."""
    return name in LATER or (name not in APP and not name.startswith("__"))
