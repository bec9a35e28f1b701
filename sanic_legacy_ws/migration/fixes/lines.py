"""Statements that go as whole lines: SLW501."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..inference.syntax import Module, split_lines
from ..model import Finding

CODES = frozenset({"SLW501"})


def without_lines(module: Module, findings: Iterable[Finding]) -> str:
    """The text without the assignments that have these findings.

    One that shares its line, is alone in its block, or has a comment at its end or right above
    it, stays.
    """
    wanted = {finding.line for finding in findings if finding.code in CODES}
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
