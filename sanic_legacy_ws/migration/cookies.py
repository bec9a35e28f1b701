"""What stands for the cookies of a response that are set and deleted as in a dict."""

from __future__ import annotations

import ast
from typing import NamedTuple

from .clauses import following, in_loop
from .inference.syntax import Module, constant, unwrap

ARGUMENTS = {
    **{name: name for name in ("expires", "path", "domain", "comment", "secure", "httponly")},
    "samesite": "samesite",
    "max-age": "max_age",
}
DEFAULTS = ("secure=False", "samesite=None")  # as it was before; add_cookie() has others
OPEN = (ast.Tuple, ast.Yield, ast.YieldFrom)  # in parentheses only, as an argument
DELETED = "del"


class Cookie(NamedTuple):
    """A statement about one cookie; ``argument`` is "" for its value."""

    line: ast.stmt
    argument: str
    value: ast.expr | None


class Instead(NamedTuple):
    """A call in place of a statement, or "" where that of the line before has it all."""

    call: str
    exact: bool


def instead(module: Module, item: ast.Subscript) -> Instead | None:
    """What to write for ``response.cookies["id"] = ...`` and the lines about it that follow."""
    lines = _lines(module, item)
    first = lines[0] if lines else None
    if first is None or in_loop(module, first.line) or not _together(module, lines):
        return None
    jar = item.value
    assert isinstance(jar, ast.Attribute)
    response = jar.value
    exact = not _passed(module, response, first.line)
    if first.line is not module.parents.get(item):
        return Instead("", exact)
    key = _text(module, unwrap(item.slice))
    if first.argument == DELETED:
        call = f"cookies.delete_cookie({key}, secure=False)"
    else:
        given = [f"{c.argument}={_text(module, c.value)}" for c in lines[1:]]
        named = {text.partition("=")[0] for text in given}
        given += [text for text in DEFAULTS if text.partition("=")[0] not in named]
        call = f"add_cookie({key}, {_text(module, first.value)}, {', '.join(given)})"
    return Instead(f"{_text(module, response)}.{call}", exact)


def _lines(module: Module, item: ast.Subscript) -> list[Cookie]:
    """The statements of the function about this cookie; none if they cannot be told."""
    jar, key = ast.dump(item.value), constant(unwrap(item.slice))
    function = module.function(item)
    found = []
    for other in module.of(ast.Subscript):
        if module.function(other) is function and ast.dump(other.value) == jar:
            name = constant(unwrap(other.slice))
            cookie = _cookie(module, other) if name == key else None
            if not isinstance(name, str) or (name == key and cookie is None):
                return []
            found.extend([cookie] if cookie else [])
    return sorted(found, key=lambda cookie: cookie.line.lineno)


def _cookie(module: Module, item: ast.Subscript) -> Cookie | None:
    target: ast.AST = item
    line = module.parents.get(item)
    argument: str | None = ""
    if isinstance(line, ast.Subscript) and line.value is item:
        target, argument = line, ARGUMENTS.get(str(constant(unwrap(line.slice))))
        line = module.parents.get(line)
    if isinstance(line, ast.Assign) and line.targets == [target] and argument is not None:
        return None if isinstance(line.value, OPEN) else Cookie(line, argument, line.value)
    if isinstance(line, ast.Delete) and line.targets == [target] and target is item:
        return Cookie(line, DELETED, None)
    return None


def _together(module: Module, lines: list[Cookie]) -> bool:
    """Whether a value, or a deletion, comes first, and its arguments right behind it."""
    first, rest = lines[0], lines[1:]
    names = [cookie.argument for cookie in rest]
    if first.argument not in ("", DELETED) or (first.argument == DELETED and rest):
        return False
    told = len(set(names)) == len(names) and set(names) <= set(ARGUMENTS.values())
    behind = following(module, first.line)[: len(rest)]
    return told and behind == [cookie.line for cookie in rest] and _plain(module, lines)


def _plain(module: Module, lines: list[Cookie]) -> bool:
    """Whether no comment is lost, none says to leave a line, and no statement shares one."""
    texts = [(c, module.lines[n]) for c in lines for n in range(c.line.lineno - 1, _end(c.line))]
    first = lines[0]
    alone = all(";" not in text and (c is first or "#" not in text) for c, text in texts)
    return alone and not any("slw:" in text for _, text in texts)


def _end(line: ast.stmt) -> int:
    return getattr(line, "end_lineno", None) or line.lineno


def _passed(module: Module, response: ast.AST, line: ast.stmt) -> bool:
    """Whether something else was given the response before, and may have set the cookie."""
    name = ast.dump(response)
    function = module.function(line)
    for call in module.of(ast.Call):
        given = [*call.args, *(keyword.value for keyword in call.keywords)]
        before = module.function(call) is function and call.lineno < line.lineno
        if before and any(ast.dump(value) == name for value in given):
            return True
    return False


def _text(module: Module, node: ast.AST | None) -> str:
    return (ast.get_source_segment(module.source, node) or "") if node is not None else ""
