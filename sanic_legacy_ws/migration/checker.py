"""Checks a code base: reads it, follows its websockets, asks every rule."""

from __future__ import annotations

import ast
import gc
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Callable

from . import rules
from .inference.project import Project, collect, is_pin_file
from .inference.source import Unreadable, read_source
from .model import Confidence, Direction, Finding, Target
from .pins import find_pins
from .rule import Hit
from .settings import Settings
from .suppress import filtered, suppressions, suppressions_by_line, unused
from .survey import Survey
from .view import View

Progress = Callable[[int, int], None]


@dataclass
class Result:
    """What a check found, in the order of paths and lines."""

    findings: list[Finding] = field(default_factory=list)
    files: int = 0


def silent(done: int, total: int) -> None:
    return None


def check(paths: Iterable[str], settings: Settings, progress: Progress = silent) -> Result:
    """Check files and folders. FileNotFoundError for a path that is not there."""
    found = list(collect(paths, settings.exclude, settings.force_exclude))
    with no_garbage_collection():
        findings = list(_check(found, settings, progress))
    progress(len(found), len(found))
    return Result(sorted(f for f in findings if settings.wants(f.code)), len(found))


def _check(found: list[Path], settings: Settings, progress: Progress) -> Iterator[Finding]:
    project = Project()
    pins = [path for path in found if is_pin_file(path)]
    for number, path in enumerate(found):
        progress(number, len(found))
        if not is_pin_file(path):
            project.add(path)
    project.follow()
    if project.known(Survey).websockets or len(pins) == len(found):
        for path in pins:
            yield from _pins(path, settings)
    for name in project.modules:
        yield from check_view(View(project, name), settings)
    yield from map(_unreadable, project.unreadable)


@contextmanager
def no_garbage_collection() -> Iterator[None]:
    """Trees are large and live to the end: collecting among them only costs time."""
    enabled = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if enabled:
            gc.enable()


def check_source(source: str, settings: Settings, path: str = "app.py") -> list[Finding]:
    """Check one file's text alone. SyntaxError where it has one."""
    return sorted(check_view(View.of(source, path), settings))


def check_view(view: View, settings: Settings) -> Iterator[Finding]:
    """What every rule finds in one module, less what its comments suppress."""
    known = suppressions(view.module.source)
    found = (f for f in _ask(view, settings.target, settings.wants) if _sure(f, settings))
    yield from filtered(sorted(found), known)
    if known and settings.wants(rules.UNUSED_SUPPRESSION):
        for way in Direction:
            target = replace(settings.target, direction=way)
            list(filtered(_ask(view, target, lambda code: True), known))
        yield from unused(known, view.module.path)


def _ask(view: View, target: Target, wants: Callable[[str], bool]) -> Iterator[Finding]:
    for rule in rules.applying(target):
        if wants(rule.code):
            for hit in rule.find(view, target):
                yield _finding(view, rule.code, hit)


def _sure(finding: Finding, settings: Settings) -> bool:
    return finding.confidence >= settings.confidence


def _finding(view: View, code: str, hit: Hit) -> Finding:
    lines = view.module.lines
    line, column = hit.node.lineno, hit.node.col_offset
    end, end_column = _end(hit.node)
    return Finding(
        path=view.module.path,
        line=line,
        column=_characters(lines[line - 1], column) + 1,
        code=code,
        message=hit.message,
        confidence=Confidence(hit.confidence),
        fix=hit.fix if hit.fix is None or hit.confidence is Confidence.CERTAIN else "unsafe",
        end_line=end,
        end_column=_characters(lines[end - 1], end_column) + 1,
        detail=hit.detail,
    )


def _end(node: ast.AST) -> tuple[int, int]:
    """Where a node ends; for a block, where its first line does."""
    line, column = node.lineno, node.col_offset  # type: ignore[attr-defined]
    if hasattr(node, "body"):
        return line, column
    return getattr(node, "end_lineno", None) or line, getattr(
        node, "end_col_offset", None
    ) or column


def _characters(line: str, column: int) -> int:
    """ast counts bytes of UTF-8."""
    return (
        column if line.isascii() else len(line.encode("utf-8")[:column].decode("utf-8", "replace"))
    )


def _unreadable(error: Unreadable) -> Finding:
    return Finding(error.path, error.line, error.column, rules.UNREADABLE, error.message)


def _pins(path: Path, settings: Settings) -> Iterator[Finding]:
    if not rules.BY_CODE["SLW506"].applies(settings.target):
        return
    try:
        text = read_source(path)
    except Unreadable as error:
        yield _unreadable(error)
    else:
        found = find_pins(str(path), text or "", settings.target)
        yield from filtered(found, suppressions_by_line(text or ""))
