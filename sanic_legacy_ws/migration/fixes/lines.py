"""What comes and goes as text, lines or parts of them: SLW106, SLW501 and SLW605."""

from __future__ import annotations

import ast
from collections.abc import Iterable, Iterator

from ..inference.syntax import Module, split_lines
from ..model import Finding

GOES, INSTALL, STARTS = "SLW501", "SLW106", "SLW605"
STARTED_UP = """\
async def _started_up(creating):
    server = await creating
    await server.startup()
    return server


"""
PACKAGE = "sanic_legacy_ws"
IMPORTS = (ast.Import, ast.ImportFrom)


def in_lines(module: Module, findings: Iterable[Finding]) -> str:
    """The text with what these findings want of it, one kind of them at a time."""
    found = list(findings)
    install = next((finding for finding in found if finding.code == INSTALL), None)
    if install is not None:
        return _installing(module, install.line)
    created = [finding for finding in found if finding.code == STARTS and finding.detail]
    return _starting_up(module, created) if created else _without(module, found)


def _starting_up(module: Module, created: list[Finding]) -> str:
    """The text with each of these calls in one of a coroutine that starts the server up as well.

    What takes a coroutine, a task or an ``await``, takes the other one.
    """
    lines = split_lines(module.source)
    for finding in sorted(created, reverse=True):
        _insert(lines, finding.end_line, finding.end_column, ")")
        _insert(lines, finding.line, finding.column, "_started_up(")
    first = min(finding.line for finding in created)
    at = max(_begins(node) for node in module.tree.body if _begins(node) <= first) - 1
    while at and lines[at - 1].startswith("#"):
        at -= 1
    lines.insert(at, STARTED_UP.replace("\n", _newline(lines)))
    return "".join(lines)


def _insert(lines: list[str], number: int, column: int, text: str) -> None:
    line = lines[number - 1]
    lines[number - 1] = f"{line[: column - 1]}{text}{line[column - 1 :]}"


def _newline(lines: list[str]) -> str:
    return "\r\n" if lines[0].endswith("\r\n") else "\n"


def _installing(module: Module, line: int) -> str:
    """The text with ``install()`` before the statement of the module in which ``line`` is."""
    lines = split_lines(module.source)
    newline = _newline(lines)
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
