"""Where in a value the websocket is.

A shape is a tuple of containers, the outermost first; ``()`` is a websocket itself. ``"seq"`` is
iterated, ``"map"`` is subscripted, ``"pairs"`` is what ``items()`` gives, ``"at:N"`` is one place
of a tuple and ``"key:NAME"`` one key of a dict that serves as a record.
"""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple, Tuple

from ..model import Confidence
from .syntax import constant, unwrap

Shape = Tuple[str, ...]

ADDERS = {"add": 0, "append": 0, "appendleft": 0, "insert": 1, "put_nowait": 0, "put": 0}
COPIES = {"list", "set", "tuple", "frozenset", "sorted", "iter", "reversed", "copy", "deque"}
TAKERS = {"pop", "get", "popleft", "get_nowait", "setdefault", "popitem"}


class Trace(NamedTuple):
    """A value that is, or holds, a websocket."""

    shape: Shape
    confidence: Confidence

    def inside(self, container: str) -> Trace:
        """Of the container that holds this value."""
        return Trace((container, *self.shape), min(self.confidence, Confidence.LIKELY))

    def at_most(self, confidence: Confidence) -> Trace:
        return Trace(self.shape, min(self.confidence, confidence))


WEBSOCKET: Shape = ()
DEEPEST = 4


def better(old: Trace | None, new: Trace | None) -> Trace | None:
    """Of two traces of one name, the one to keep: the shallower, then the surer."""
    if old is None or new is None:
        return old or new
    if old.shape != new.shape:
        return old if len(old.shape) <= len(new.shape) else new
    return max(old, new, key=lambda trace: trace.confidence)


def element(trace: Trace) -> Trace | None:
    """What iterating gives."""
    if trace.shape and trace.shape[0] in ("seq", "pairs"):
        rest = trace.shape[1:]
        shape = rest if trace.shape[0] == "seq" else ("at:1", *rest)
        return Trace(shape, trace.confidence)
    return None


def item(trace: Trace, index: ast.AST) -> Trace | None:
    """What ``value[index]`` gives."""
    if not trace.shape:
        return None
    kind, _, place = trace.shape[0].partition(":")
    key = constant(unwrap(index))
    if kind in ("at", "key") and key is not None and str(key) != place:
        return None
    if isinstance(index, ast.Slice):
        return trace
    return Trace(trace.shape[1:], trace.confidence)


def method(trace: Trace, name: str) -> Trace | None:
    """What a container's method ``name`` gives."""
    if not trace.shape:
        return None
    rest = trace.shape[1:]
    if name in ("copy", "union", "difference", "keys", "__iter__"):
        return trace
    if name == "values":
        return Trace(("seq", *rest), trace.confidence)
    if name == "items":
        return Trace(("pairs", *rest), trace.confidence)
    return Trace(rest, trace.confidence) if name in TAKERS else None


def unpack(target: ast.AST, trace: Trace) -> Iterator[tuple[ast.AST, Trace]]:
    """The names of ``a, b = value``, each with its trace."""
    if not isinstance(target, (ast.Tuple, ast.List)):
        yield target, trace
        return
    place = trace.shape[0] if trace.shape else ""
    for number, part in enumerate(target.elts):
        if place in ("seq", f"at:{number}"):
            inner = Trace(trace.shape[1:], trace.confidence)
            yield from unpack(part, inner)
