"""Findings for a reader at a terminal: in colour, each with the line of code that it is about."""

from __future__ import annotations

import os
from functools import lru_cache
from pathlib import Path
from typing import TextIO

from .inference.source import Unreadable, read_source
from .inference.syntax import split_lines
from .model import Confidence, Finding

PLAIN, BOLD, RED, YELLOW, BLUE = "\x1b[0m", "\x1b[1m", "\x1b[31m", "\x1b[33m", "\x1b[34m"
COLOURS = {Confidence.CERTAIN: RED, Confidence.LIKELY: YELLOW, Confidence.POSSIBLE: BLUE}


def wanted(stream: TextIO) -> bool:
    """On a terminal that shows colours, unless NO_COLOR is set; FORCE_COLOR overrules both."""
    if os.environ.get("FORCE_COLOR"):
        return True
    return stream.isatty() and not os.environ.get("NO_COLOR") and os.environ.get("TERM") != "dumb"


def as_frames(findings: list[Finding]) -> str:
    """Each finding with its line of code, what it is about underlined."""
    return "".join(f"{_head(finding)}\n{_frame(finding)}" for finding in findings)


def _head(finding: Finding) -> str:
    place, _, said = finding.text.partition(f" {finding.code} ")
    return f"{BOLD}{place}{PLAIN} {COLOURS[finding.confidence]}{finding.code}{PLAIN} {said}"


def _frame(finding: Finding) -> str:
    lines = _lines(finding.path)
    if finding.line > len(lines):
        return ""
    code = lines[finding.line - 1].rstrip("\r\n").replace("\t", " ")  # one column, as counted
    end = finding.end_column if finding.end_line == finding.line else len(code) + 1
    marks = "^" * max(1, end - finding.column)
    margin = " " * len(str(finding.line))
    colour = COLOURS[finding.confidence]
    return (
        f"{BLUE} {margin} |{PLAIN}\n{BLUE} {finding.line} |{PLAIN} {code}\n"
        f"{BLUE} {margin} |{PLAIN} {' ' * (finding.column - 1)}{colour}{marks}{PLAIN}\n"
    )


@lru_cache(maxsize=1)  # findings come file by file
def _lines(path: str) -> list[str]:
    try:
        return split_lines(read_source(Path(path)) or "")
    except Unreadable:
        return []
