"""Imports that move: SLW101, SLW102 and SLW105."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Union

import libcst as cst
from libcst.helpers import get_full_name_for_node

from ..rules import slw101_removed_module, slw102_common_protocol, slw105_package_import
from .edit import Edit

Lines = Union[cst.CSTNode, cst.FlattenSentinel[cst.SimpleStatementLine]]
ONE_SPACE = cst.SimpleWhitespace(" ")


def removed_module(node: cst.CSTNode, edit: Edit) -> Lines | None:
    return _rehome(node, slw101_removed_module.replacements(edit.target.native))


def common_protocol(node: cst.CSTNode, edit: Edit) -> Lines | None:
    home, _, name = slw102_common_protocol.instead(edit.target).rpartition(".")
    return _rehome(node, dict.fromkeys(slw102_common_protocol.HOMES, (home, name)))


def package_import(node: cst.CSTNode, edit: Edit) -> Lines | None:
    return _rehome(node, slw105_package_import.HOMES)


def _rehome(node: cst.CSTNode, homes: Mapping[str, tuple[str, str]]) -> Lines | None:
    """Import each name from its new home; what has none stays where it is."""
    if not isinstance(node, cst.SimpleStatementLine) or len(node.body) != 1:
        return None
    statement = node.body[0]
    if not isinstance(statement, cst.ImportFrom) or isinstance(statement.names, cst.ImportStar):
        return None
    old = get_full_name_for_node(statement.module) if statement.module else ""
    groups: dict[str, list[cst.ImportAlias]] = {}
    for alias in statement.names:
        home, moved = _moved(alias, homes, old or "")
        groups.setdefault(home, []).append(moved)
    lines = [_line(node, statement, home, names) for home, names in groups.items()]
    lines = [lines[0], *(line.with_changes(leading_lines=[]) for line in lines[1:])]
    return lines[0] if len(lines) == 1 else cst.FlattenSentinel(lines)


def _moved(
    alias: cst.ImportAlias, homes: Mapping[str, tuple[str, str]], old: str
) -> tuple[str, cst.ImportAlias]:
    name = alias.evaluated_name
    home, new = homes.get(name, (old, name))
    shown = alias.evaluated_alias or name
    asname = None
    if shown != new:
        asname = cst.AsName(cst.Name(shown), ONE_SPACE, ONE_SPACE)
    return home, cst.ImportAlias(cst.Name(new), asname)


def _line(
    line: cst.SimpleStatementLine,
    statement: cst.ImportFrom,
    home: str,
    names: list[cst.ImportAlias],
) -> cst.SimpleStatementLine:
    changed = statement.with_changes(
        module=cst.parse_expression(home), names=names, lpar=None, rpar=None
    )
    return line.with_changes(body=[changed])
