"""``# slw: ignore[SLW301]`` at the end of a line, and those that suppress nothing."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable, Iterator

from .model import Finding
from .rules import UNUSED_SUPPRESSION

COMMENT = re.compile(r"#\s*slw:\s*ignore(?:\[([^\]]*)\])?", re.IGNORECASE)


class Suppression:
    """One comment. Without codes it suppresses everything on its line."""

    def __init__(self, line: int, column: int, codes: frozenset[str]) -> None:
        self.line = line
        self.column = column
        self.codes = codes
        self.used: set[str] = set()

    def covers(self, code: str) -> bool:
        if self.codes and code not in self.codes:
            return False
        self.used.add(code)
        return True

    @property
    def unused(self) -> list[str]:
        return sorted(self.codes - self.used)


def suppressions(source: str) -> dict[int, Suppression]:
    """All suppressions of a file, by line."""
    return {found.line: found for found in _comments(source)} if "slw:" in source.lower() else {}


def suppressions_by_line(text: str) -> dict[int, Suppression]:
    """All suppressions of a file that is no Python: a # begins a comment wherever it stands."""
    lines = enumerate(text.splitlines(), 1)
    found = ((number, COMMENT.search(line)) for number, line in lines)
    return {number: _read(number, 0, match) for number, match in found if match}


def _comments(source: str) -> Iterator[Suppression]:
    for token in tokenize.generate_tokens(io.StringIO(source).readline):
        match = COMMENT.search(token.string) if token.type == tokenize.COMMENT else None
        if match:
            yield _read(token.start[0], token.start[1], match)


def _read(line: int, offset: int, match: re.Match[str]) -> Suppression:
    codes = frozenset(code.strip().upper() for code in (match[1] or "").split(",")) - {""}
    return Suppression(line, offset + match.start() + 1, codes)


def filtered(findings: Iterable[Finding], known: dict[int, Suppression]) -> Iterator[Finding]:
    """What no comment suppresses."""
    for finding in findings:
        lines = {finding.line, max(finding.line, finding.end_line)}
        here = [known[line] for line in lines if line in known]
        if not [found for found in here if found.covers(finding.code)]:
            yield finding


def unused(known: dict[int, Suppression], path: str) -> Iterator[Finding]:
    """A finding for each comment that suppressed nothing, in either direction."""
    for found in known.values():
        if found.unused or not (found.used or found.codes):
            codes = ", ".join(found.unused)
            say = f"unused suppression of {codes}" if codes else "unused suppression"
            yield Finding(path, found.line, found.column, UNUSED_SUPPRESSION, say)
