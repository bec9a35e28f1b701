"""Statements that come and go as whole lines: SLW106 and SLW501."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..inference.syntax import Module, split_lines
from ..model import Finding

GOES, INSTALL = "SLW501", "SLW106"
PACKAGE = "sanic_legacy_ws"
IMPORTS = (ast.Import, ast.ImportFrom)


def in_lines(module: Module, findings: Iterable[Finding]) -> str:
    """The text with what these findings want of whole lines."""
    found = list(findings)
    install = next((finding for finding in found if finding.code == INSTALL), None)
    return _without(module, found) if install is None else _installing(module, install.line)


def _installing(module: Module, line: int) -> str:
    """The text with ``install()`` before the statement of the module in which ``line`` is."""
    lines = split_lines(module.source)
    newline = "\r\n" if lines[0].endswith("\r\n") else "\n"
    body = module.tree.body
    at = max(_begins(node) for node in body if _begins(node) <= line)
    before = [node for node in body if isinstance(node, IMPORTS) and _span(node)[-1] < at]
    last = _span(before[-1])[-1] if before else at - 1
    lines.insert(at - 1, f"{PACKAGE}.install(){newline}")
    if module.origins.get(PACKAGE) != PACKAGE:
        lines.insert(last, f"import {PACKAGE}{newline}")
    return "".join(lines)


def _begins(node: ast.stmt) -> int:
    """The first line of a statement: its decorators stand above it."""
    decorators: list[ast.expr] = getattr(node, "decorator_list", [])
    return min([node.lineno, *(decorator.lineno for decorator in decorators)])


def _without(module: Module, findings: Iterable[Finding]) -> str:
    """The text without the assignments that have these findings.

    One that shares its line, is alone in its block, or has a comment at its end or right above
    it, stays.
    """
    wanted = {finding.line for finding in findings if finding.code == GOES}
    lines = split_lines(module.source)
    gone = {number for node in _alone(module, lines, wanted) for number in _span(node)}
    return "".join(line for number, line in enumerate(lines, 1) if number not in gone)


def _span(node: ast.stmt) -> range:
    return range(node.lineno, (node.end_lineno or node.lineno) + 1)


def _alone(module: Module, lines: list[str], wanted: set[int]) -> Iterator[ast.stmt]:
    for node in module.of(ast.Assign):
        if node.lineno in wanted and _has_company(module, node):
            first, last = lines[node.lineno - 1], lines[_span(node)[-1] - 1]
            before = first.encode()[: node.col_offset].decode()
            after = last.encode()[node.end_col_offset :].decode()
            above = lines[node.lineno - 2].strip() if node.lineno > 1 else ""
            if not before.strip() and not after.strip() and not above.startswith("#"):
                yield node


def _has_company(module: Module, node: ast.stmt) -> bool:
    body = getattr(module.parents.get(node), "body", [])
    return isinstance(body, list) and len(body) > 1
