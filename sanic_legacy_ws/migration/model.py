"""The words of the checker: directions, releases, confidence and findings."""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum
from typing import Any, NamedTuple

from .._compat.table import LINES


class Direction(Enum):
    """Where a code base is going."""

    SHIM = "shim"  # an old app, onto this package
    NATIVE = "native"  # off it, onto the object of Sanic >= 21.9


class Confidence(IntEnum):
    """How sure the checker is that a value is a websocket of Sanic."""

    POSSIBLE = 1  # by its name only
    LIKELY = 2  # by a call, a container or an attribute that was followed
    CERTAIN = 3  # by registration, annotation or import

    @property
    def word(self) -> str:
        return self.name.lower()


class Release(NamedTuple):
    """A Sanic line, as in 22.9."""

    year: int
    month: int

    @classmethod
    def parse(cls, text: str) -> Release:
        """``"22.9"`` or ``"22.9.1"``; ValueError for a line that is not known here."""
        parts = text.split(".")
        found = [line for line in RELEASES if [str(part) for part in line] == parts[:2]]
        if not found:
            known = ", ".join(map(str, RELEASES))
            raise ValueError(f"{text!r} is not a known Sanic release: {known}")
        return found[0]

    def __str__(self) -> str:
        return f"{self.year}.{self.month}"


RELEASES = [Release(*map(int, line.line.split("."))) for line in LINES]
NEWEST = RELEASES[-1]


@dataclass(frozen=True)
class Target:
    """What a code base is checked against: the direction, and the oldest Sanic it must run on.

    On the way onto this package, that is the Sanic on which it is going to run.
    """

    direction: Direction
    oldest: Release = NEWEST
    on_disconnect: str | None = None  # the app's setting, where that is known without its code

    @property
    def native(self) -> bool:
        return self.direction is Direction.NATIVE


@dataclass(frozen=True, order=True)
class Finding:
    """One line of output. Lines and columns count from 1, columns in characters."""

    path: str
    line: int
    column: int
    code: str
    message: str
    confidence: Confidence = Confidence.CERTAIN
    fix: str | None = None
    end_line: int = 0
    end_column: int = 0
    detail: str = ""  # what a fix is to write

    @property
    def text(self) -> str:
        doubt = "" if self.confidence is Confidence.CERTAIN else f" ({self.confidence.word})"
        return f"{self.path}:{self.line}:{self.column}: {self.code} {self.message}{doubt}"

    def as_dict(self) -> dict[str, Any]:
        return {
            "path": self.path,
            "line": self.line,
            "column": self.column,
            "end_line": self.end_line,
            "end_column": self.end_column,
            "code": self.code,
            "message": self.message,
            "confidence": self.confidence.word,
            "fix": self.fix,
        }
