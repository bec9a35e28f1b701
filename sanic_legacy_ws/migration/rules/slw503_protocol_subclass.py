"""SLW503: classes derived from the protocol classes."""

from __future__ import annotations

import ast
from typing import Iterator

from ..inference.syntax import FUNCTIONS
from ..model import Confidence, Target
from ..rule import Change, Hit, Rule
from ..view import View
from .slw102_common_protocol import CLASS as COMMON

SERVER_CLASS = "WebSocketProtocol"
OUR_OWN = frozenset({"sanic_legacy_ws.LegacyWebSocket"})
RISKY = frozenset(
    {
        "__init__",
        "websocket_handshake",
        "data_received",
        "connection_lost",
        "close",
        "write_response",
    }
)


def find(view: View, target: Target) -> Iterator[Hit]:
    sure = Confidence.LIKELY
    for klass in view.module.of(ast.ClassDef):
        for base in klass.bases:
            origin = view.origin(base)
            if origin.endswith(f".{COMMON}") and view.module.imports_from("sanic"):
                yield Hit(klass, "Sanic 21.9 and newer makes no object of this class", sure)
            elif origin.startswith("sanic") and origin.endswith(f".{SERVER_CLASS}"):
                yield from _protocol(klass, target)


def _protocol(klass: ast.ClassDef, target: Target) -> Iterator[Hit]:
    if _sets_attributes(klass) and not _has_slots(klass):
        say = "declare __slots__: since 21.12 these classes have no __dict__"
        yield Hit(klass, say, Confidence.LIKELY)
    elif target.native and RISKY & _changed(klass):
        yield Hit(klass, "Sanic 21.9 rewrote WebSocketProtocol; check what this class overrides")


def _changed(klass: ast.ClassDef) -> set[str]:
    """Methods that do more than to call the base class."""
    return {
        line.name
        for line in klass.body
        if isinstance(line, FUNCTIONS) and not _only_super(line.body)
    }


def _only_super(body: list) -> bool:  # type: ignore[type-arg]
    call = getattr(body[-1], "value", None)
    call = getattr(call, "value", call) if isinstance(call, ast.Await) else call
    owner = getattr(getattr(call, "func", None), "value", None)
    named = isinstance(owner, ast.Call) and getattr(owner.func, "id", "") == "super"
    return len(body) == 1 and named


def _has_slots(klass: ast.ClassDef) -> bool:
    targets = [t for line in klass.body if isinstance(line, ast.Assign) for t in line.targets]
    return any(isinstance(target, ast.Name) and target.id == "__slots__" for target in targets)


def _sets_attributes(klass: ast.ClassDef) -> bool:
    return any(
        isinstance(node, ast.Attribute)
        and isinstance(node.ctx, ast.Store)
        and isinstance(node.value, ast.Name)
        and node.value.id == "self"
        and not node.attr.startswith("websocket")  # the base class has slots for these
        for node in ast.walk(klass)
    )


SLOTS = Change(
    before=(
        "class Protocol(WebSocketProtocol):\n"
        "    def __init__(self, *args, **kwargs):\n"
        "        super().__init__(*args, **kwargs)\n"
        "        self.seen = 0\n"
    ),
    after=(
        "class Protocol(WebSocketProtocol):\n"
        '    __slots__ = ("seen",)\n\n'
        "    def __init__(self, *args, **kwargs):\n"
        "        super().__init__(*args, **kwargs)\n"
        "        self.seen = 0\n"
    ),
)
RULE = Rule(
    code="SLW503",
    title="a class derived from WebSocketProtocol or WebSocketCommonProtocol",
    why=(
        "Sanic 21.9 rewrote WebSocketProtocol: other arguments of the constructor, another "
        "handshake, another way to close. Since 21.12 its metaclass also removes `__dict__`. So a "
        "subclass that sets attributes without `__slots__` fails for every connection, HTTP too, "
        "and the client gets no error. A subclass of WebSocketCommonProtocol is never used."
    ),
    find=find,
    to_shim=SLOTS,
    to_native=SLOTS,
)
