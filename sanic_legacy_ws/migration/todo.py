"""TODO comments for what only a person can decide."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator

from .inference.syntax import Module, split_lines
from .model import Finding
from .rules import BY_CODE

MARK = "# TODO"
ANCHORS = (ast.stmt, ast.excepthandler)


def with_todos(source: str, findings: list[Finding]) -> str:
    """``source`` with a comment above each statement that has a finding, once for each code."""
    module = Module("", source)
    wanted: dict[int, list[Finding]] = {}
    for finding in findings:
        if finding.code in BY_CODE:
            wanted.setdefault(_anchor(module, finding.line), []).append(finding)
    lines = split_lines(source)
    for number in sorted(wanted, reverse=True):
        comments = list(_comments(lines, number - 1, wanted[number]))
        lines[number - 1 : number - 1] = comments
    return "".join(lines)


def _anchor(module: Module, line: int) -> int:
    """The line on which the innermost statement, or decorator, around ``line`` starts."""
    starts = [node.lineno for node in _spanning(module, line)]
    return max(starts, default=line)


def _spanning(module: Module, line: int) -> Iterator[ast.stmt]:
    for nodes in module.nodes.values():
        for node in nodes:
            if isinstance(node, ANCHORS) or _is_decorator(module, node):
                end = getattr(node, "end_lineno", None) or 0
                if node.lineno <= line <= end:  # type: ignore[attr-defined]
                    yield node  # type: ignore[misc]


def _is_decorator(module: Module, node: ast.AST) -> bool:
    return node in getattr(module.parents.get(node), "decorator_list", [])


def _comments(lines: list[str], index: int, findings: list[Finding]) -> Iterator[str]:
    line = lines[index]
    indent = line[: len(line) - len(line.lstrip(" \t\f"))]
    newline = "\r\n" if line.endswith("\r\n") else "\n"
    known = _codes_above(lines, index)
    for finding in sorted(findings):
        if finding.code not in known:
            known.add(finding.code)
            yield f"{indent}{MARK} {finding.code}: {finding.message}{newline}"


def _codes_above(lines: list[str], index: int) -> set[str]:
    """Codes in the block of comments right above a line."""
    found: set[str] = set()
    while index and lines[index - 1].lstrip().startswith("#"):
        index -= 1
        found.update(re.findall(r"SLW\d{3}", lines[index]))
    return found
