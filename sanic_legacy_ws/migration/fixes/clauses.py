"""Except clauses that catch too little: SLW201 and SLW205."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from .edit import Edit

CLOSED = ("sanic.exceptions", "WebsocketClosed")
LEGACY_CLOSED = ("websockets.exceptions", "ConnectionClosed")
ASYNC_FOR = m.For(asynchronous=m.Asynchronous())
CANCELLED = m.Name("CancelledError")


def connection_closed(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``except ConnectionClosed`` also catches what Sanic raises."""
    assert isinstance(node, cst.ExceptHandler)
    names = []
    if CLOSED[1] in edit.finding.message:
        edit.need(*CLOSED)
        names.append(CLOSED[1])
    if "CancelledError" in edit.finding.message:
        edit.need("asyncio")
        names.append("asyncio.CancelledError")
    return _also(node, names)


def cancelled(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``except CancelledError`` also catches the end of the connection.

    An ``async for`` ends without an exception after a goodbye: there, ``else`` does the same.
    """
    assert isinstance(node, cst.Try)
    clause = next((handler for handler in node.handlers if _is_cancelled(handler)), None)
    wider = _also(clause, [LEGACY_CLOSED[1]]) if clause else None
    if clause is None or wider is None:
        return None
    edit.need(*LEGACY_CLOSED)
    handlers = [wider if handler is clause else handler for handler in node.handlers]
    orelse = cst.Else(clause.body.deep_clone()) if m.findall(node.body, ASYNC_FOR) else node.orelse
    return node.with_changes(handlers=handlers, orelse=orelse)


def _is_cancelled(handler: cst.ExceptHandler) -> bool:
    return handler.type is not None and bool(m.findall(handler.type, CANCELLED))


def suppressed(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``suppress(ConnectionClosed)`` also suppresses what Sanic raises."""
    assert isinstance(node, cst.Call)
    if not node.args or "CancelledError" in edit.finding.message:
        return None
    edit.need(*CLOSED)
    first = node.args[-1].with_changes(comma=cst.Comma(whitespace_after=cst.SimpleWhitespace(" ")))
    return node.with_changes(args=[*node.args[:-1], first, cst.Arg(cst.Name(CLOSED[1]))])


def _also(node: cst.ExceptHandler, names: list[str]) -> cst.ExceptHandler | None:
    if node.type is None or not names:
        return None
    new = [cst.Element(cst.parse_expression(name)) for name in names]
    if isinstance(node.type, cst.Tuple):
        elements = [*node.type.elements[:-1], cst.Element(node.type.elements[-1].value), *new]
        return node.with_changes(type=node.type.with_changes(elements=elements))
    both = cst.Tuple([cst.Element(node.type), *new])
    return node.with_changes(type=both, whitespace_after_except=cst.SimpleWhitespace(" "))
