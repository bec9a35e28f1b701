"""Rewrites what the checker finds. Needs libcst (``pip install 'sanic-legacy-ws[migrate]'``)."""

from __future__ import annotations

import ast
import difflib
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import libcst as cst
from libcst.codemod import CodemodContext
from libcst.codemod.visitors import AddImportsVisitor, RemoveImportsVisitor
from libcst.metadata import CodeRange, MetadataWrapper, PositionProvider

from .checker import Progress, check_view, silent
from .files import replace
from .fixes import FIXES, Fix
from .fixes.edit import Edit
from .fixes.lines import in_lines
from .inference.project import Project, collect, is_pin_file
from .inference.source import decode
from .model import Finding, Target
from .settings import Settings
from .todo import with_todos
from .view import View

PASSES = 6  # one fix may lay open another


@dataclass(frozen=True)
class Options:
    """``unsafe`` also fixes what may change behaviour; ``todo`` marks what is left."""

    unsafe: bool = False
    todo: bool = True
    write: bool = True


@dataclass(frozen=True)
class Outcome:
    """What became of one file."""

    path: str
    before: str
    after: str
    problem: str = ""

    @property
    def changed(self) -> bool:
        return self.before != self.after

    @property
    def diff(self) -> str:
        before, after = (text.splitlines(keepends=True) for text in (self.before, self.after))
        return "".join(difflib.unified_diff(before, after, self.path, self.path))

    @property
    def line(self) -> str:
        if self.problem:
            return f"{self.path}: left alone, {self.problem}\n"
        return f"{self.path}: rewritten\n" if self.changed else ""


class Rewriter(cst.CSTTransformer):
    """Applies to each node the fix of the finding that stands there."""

    METADATA_DEPENDENCIES = (PositionProvider,)

    def __init__(self, findings: Iterable[Finding], target: Target, view: View) -> None:
        super().__init__()
        self.context = CodemodContext()
        self.findings = [f for f in findings if f.code in FIXES]
        self.target = target
        self.requests = _requests(view, self.findings)

    def on_leave(self, original_node: Any, updated_node: Any) -> Any:
        for finding, fix in self._here(original_node):
            edit = Edit(finding, self.target, self.requests.get(finding), self.context)
            replaced = fix.rewrite(updated_node, edit)
            if replaced is not None:
                self.findings.remove(finding)
                return replaced
        return updated_node

    def _here(self, node: cst.CSTNode) -> list[tuple[Finding, Fix]]:
        return [
            (finding, fix)
            for finding in self.findings
            for fix in FIXES[finding.code]
            if type(node) is fix.kind and self._is_at(node, finding, fix)
        ]

    def _is_at(self, node: cst.CSTNode, finding: Finding, fix: Fix) -> bool:
        place = self.get_metadata(PositionProvider, node)
        assert isinstance(place, CodeRange)
        start = (place.start.line, place.start.column + 1)
        here = (finding.line, finding.column)
        end = (place.end.line, place.end.column)
        if fix.around:
            return start <= here <= end
        there = (finding.end_line, finding.end_column - 1)
        return start == here and (not fix.exact or end == there)


def _requests(view: View, findings: Iterable[Finding]) -> dict[Finding, str | None]:
    """What the request is called where each finding is."""
    names: dict[tuple[int, int], str | None] = {}
    for node in view.module.of(ast.Attribute):
        column = len(view.module.lines[node.lineno - 1].encode()[: node.col_offset].decode())
        names.setdefault((node.lineno, column + 1), view.request_name(node))
    return {finding: names.get((finding.line, finding.column)) for finding in findings}


def rewrite(view: View, settings: Settings, unsafe: bool = False) -> str:
    """A module's text with every fix applied once. What cannot be rewritten exactly stays."""
    source = view.module.source
    wanted = ("safe", "unsafe") if unsafe else ("safe",)
    findings = [f for f in check_view(view, settings) if f.fix in wanted]
    if not findings:
        return source
    lines = in_lines(view.module, findings)
    if lines != source:
        return lines
    module = cst.parse_module(source)
    if module.code != source:
        return source
    rewriter = Rewriter(findings, settings.target, view)
    changed = MetadataWrapper(module, unsafe_skip_copy=True).visit(rewriter)
    for visitor in (AddImportsVisitor, RemoveImportsVisitor):
        if rewriter.context.scratch.get(visitor.CONTEXT_KEY):
            changed = visitor(rewriter.context).transform_module(changed)
    return changed.code


def fix_source(source: str, settings: Settings, options: Options, path: str = "app.py") -> str:
    """The text of one file alone, fixed. SyntaxError where it has one."""
    return _fix(source, settings, options, lambda text: View.of(text, path))


def _fix(source: str, settings: Settings, options: Options, look: Callable[[str], View]) -> str:
    text = source
    for _ in range(PASSES):
        fixed = rewrite(look(text), settings, options.unsafe)
        ast.parse(fixed)
        if fixed == text:
            break
        text = fixed
    if options.todo:
        text = with_todos(text, list(check_view(look(text), settings)))
        ast.parse(text)
    return text


def fix(
    paths: Iterable[str], settings: Settings, options: Options, progress: Progress = silent
) -> Iterator[Outcome]:
    """Fix files and folders; nothing is written without ``options.write``.

    FileNotFoundError for a path that is not there; a file that cannot be rewritten is left
    alone, and its outcome says why.
    """
    project = Project()
    for path in collect(paths, settings.exclude, settings.force_exclude):
        if not is_pin_file(path):
            project.add(path)
    project.follow()
    for error in project.unreadable:
        yield Outcome(error.path, "", "", error.message)
    names = list(project.modules)
    for number, name in enumerate(names, 1):
        yield _outcome(name, project, settings, options)
        progress(number, len(names))


def _outcome(name: str, project: Project, settings: Settings, options: Options) -> Outcome:
    try:
        return _fix_file(name, project, settings, options)
    except (OSError, ValueError, SyntaxError, cst.ParserSyntaxError) as error:
        return Outcome(name, "", "", f"{type(error).__name__}: {error}")


def _fix_file(name: str, project: Project, settings: Settings, options: Options) -> Outcome:
    source, encoding = decode(Path(name).read_bytes(), name)

    def look(text: str) -> View:
        project.look(name, text)
        return View(project, name)

    fixed = _fix(source, settings, options, look)
    if options.write and fixed != source:
        replace(Path(name), fixed.encode(encoding))
    return Outcome(name, source, fixed)
