"""What makes a value a websocket of Sanic."""

from __future__ import annotations

import ast

from ..model import Confidence
from .annotations import annotation_shape
from .evidence import Evidence
from .facts import Shared
from .seeds import HANDED, Seeds
from .shapes import Trace
from .syntax import Module
from .values import Values


class WebSockets:
    """The websockets of one module, as a subject to follow."""

    passed = Confidence.LIKELY  # a function is also called with other things

    def __init__(self, module: Module, shared: Shared) -> None:
        self.module = module
        self.shared = shared
        self.evidence = module.known(Evidence)

    def possible(self) -> bool:
        source = self.module.source
        if "websocket_handshake" in source or (self.evidence.sanic and ".websocket." in source):
            return True
        return self.shared.sanic and self.evidence.speaks()

    def plant(self, values: Values) -> None:
        Seeds(values, self.evidence).plant()

    def by_name(self, name: str) -> Trace | None:
        return self.evidence.by_name(name) if self.shared.sanic else None

    def annotated(self, annotation: ast.AST) -> Trace | None:
        return annotation_shape(self.module, annotation)

    def made_by(self, call: ast.Call) -> Trace | None:
        handshake = isinstance(call.func, ast.Attribute) and call.func.attr == "websocket_handshake"
        return HANDED if handshake else None

    def taken_by(self, node: ast.Attribute) -> Trace | None:
        """``connection.websocket``, as code around Sanic's own server has it."""
        called = getattr(self.module.parents.get(node), "func", None) is node
        if node.attr != "websocket" or called or not self.evidence.sanic:
            return None
        return None if self.evidence.other_framework else HANDED.at_most(Confidence.POSSIBLE)
