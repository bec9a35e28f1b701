"""Writes ``# slw: ignore[...]`` behind all that is found, so that a check can begin green."""

from __future__ import annotations

import io
import re
import tokenize
from collections.abc import Iterable
from pathlib import Path

from .files import replace
from .inference.project import is_pin_file
from .inference.source import decode
from .inference.syntax import split_lines
from .model import Finding
from .rules import UNREADABLE, UNUSED_SUPPRESSION
from .suppress import COMMENT

NEVER = frozenset({UNREADABLE, UNUSED_SUPPRESSION})


def add_ignores(findings: Iterable[Finding]) -> list[Finding]:
    """Silence findings in their files; return those that no comment can silence."""
    by_path: dict[str, list[Finding]] = {}
    left = []
    for finding in findings:
        if finding.code in NEVER:
            left.append(finding)
        else:
            by_path.setdefault(finding.path, []).append(finding)
    for path, found in by_path.items():
        left += _ignore(Path(path), found)
    return sorted(left)


def _ignore(path: Path, findings: list[Finding]) -> list[Finding]:
    text, encoding = decode(path.read_bytes(), str(path))
    silenced, left = with_ignores(text, findings, python=not is_pin_file(path))
    if silenced != text:
        replace(path, silenced.encode(encoding))
    return left


def with_ignores(
    text: str, findings: Iterable[Finding], python: bool = True
) -> tuple[str, list[Finding]]:
    """``text`` with a comment for each finding, and the findings that have no place for one."""
    lines = split_lines(text)
    free = _free(text) if python else set(range(1, len(lines) + 1))
    wanted: dict[int, set[str]] = {}
    left = []
    for finding in findings:
        places = (finding.line, max(finding.line, finding.end_line))
        place = next((line for line in places if line in free), None)
        if place is None:
            left.append(finding)
        else:
            wanted.setdefault(place, set()).add(finding.code)
    for number, codes in wanted.items():
        lines[number - 1] = _with_comment(lines[number - 1], codes)
    return "".join(lines), left


def _free(text: str) -> set[int]:
    """Lines at whose end a comment can stand: neither inside a string nor continued by \\."""
    tokens = tokenize.generate_tokens(io.StringIO(text).readline)
    ends = (tokenize.NEWLINE, tokenize.NL)
    return {token.start[0] for token in tokens if token.type in ends}


def _with_comment(line: str, codes: set[str]) -> str:
    content = line.rstrip("\r\n")
    end = line[len(content) :]
    known = COMMENT.search(content)
    if known is None:
        return f"{content.rstrip()}  # slw: ignore[{', '.join(sorted(codes))}]{end}"
    if known[1] is None:
        return line  # silences everything on its line
    both = sorted(codes | {code for code in re.split(r"[,\s]+", known[1].upper()) if code})
    before, after = content[: known.start()], content[known.end() :]
    return f"{before}# slw: ignore[{', '.join(both)}]{after}{end}"
