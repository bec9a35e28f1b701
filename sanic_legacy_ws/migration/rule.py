"""What a rule is: what it finds, why, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Callable, Iterator, NamedTuple

from .model import Confidence, Direction, Release, Target
from .view import View


class Hit(NamedTuple):
    """What a finder yields: a node of the tree, and what is wrong with it."""

    node: Any
    message: str
    confidence: Confidence = Confidence.CERTAIN
    fix: str | None = None
    detail: str = ""  # what a fix is to write


Finder = Callable[[View, Target], Iterator[Hit]]


@dataclass(frozen=True)
class Change:
    """The same lines of an app, before and after, in one direction."""

    before: str
    after: str
    note: str = ""
    language: str = "python"


@dataclass(frozen=True)
class Rule:
    """One thing that differs between the old and Sanic's own websocket.

    ``code`` is stable and never used for anything else. ``to_shim`` and ``to_native`` say what
    to do in each direction; a direction without a change has nothing to report. ``fixable`` is
    ``"safe"`` (behaviour stays), ``"unsafe"`` (look at it) or None (a person decides); a finding
    that is not certain is never fixed as safe.
    ``since`` and ``until`` bound the Sanic releases, both included, that the rule is about: one
    that comes later than the Sanic an app moves onto has nothing to say yet.
    """

    code: str
    title: str
    why: str
    find: Finder
    to_shim: Change | None = None
    to_native: Change | None = None
    fixable: str | None = None
    since: Release | None = None
    until: Release | None = None

    def change(self, direction: Direction) -> Change | None:
        return self.to_native if direction is Direction.NATIVE else self.to_shim

    @property
    def directions(self) -> frozenset[Direction]:
        return frozenset(way for way in Direction if self.change(way))

    def applies(self, target: Target) -> bool:
        """Whether the rule has anything to say about ``target``."""
        if self.change(target.direction) is None:
            return False
        if self.until is not None and target.oldest > self.until:
            return False
        # Off this package, newer releases than the oldest one are meant as well.
        return self.since is None or target.native or target.oldest >= self.since
