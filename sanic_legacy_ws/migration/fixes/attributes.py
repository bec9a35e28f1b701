"""Attributes that Sanic's own websocket has elsewhere: SLW301 to 303, 306, 307 and 311."""

from __future__ import annotations

import libcst as cst

from ...usage.names import CLOSE_CODE, OPEN_CLOSED_STATE
from ..rules.common import inner
from .edit import Edit


def _attribute(node: cst.CSTNode, *names: str) -> cst.Attribute | None:
    """``node``, if it takes one of these attributes."""
    return node if isinstance(node, cst.Attribute) and node.attr.value in names else None


def _inner(node: cst.Attribute, edit: Edit) -> cst.Attribute:
    return cst.Attribute(node.value, cst.Name(inner(edit.target.oldest)))


def state(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``ws.open`` compares the state by its name, which needs no import."""
    found = _attribute(node, *OPEN_CLOSED_STATE.names)
    if found is None:
        return None
    value = cst.Attribute(_inner(found, edit), cst.Name("state"))
    if found.attr.value == "state":
        return value
    name = cst.SimpleString(f'"{found.attr.value.upper().replace("OPENED", "OPEN")}"')
    comparison = cst.ComparisonTarget(cst.Equal(), name)
    return cst.Comparison(
        cst.Attribute(value, cst.Name("name")),
        [comparison],
        lpar=[cst.LeftParen()],
        rpar=[cst.RightParen()],
    )


def close_code(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    found = _attribute(node, *CLOSE_CODE.names)
    return found and found.with_changes(value=_inner(found, edit))


def address(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    if _attribute(node, "remote_address") is None or edit.request is None:
        return None
    return cst.parse_expression(f"({edit.request}.ip, {edit.request}.port)")


def wait_closed(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    found = _attribute(node, "wait_closed")
    return found and found.with_changes(attr=cst.Name("wait_for_connection_lost"))


def headers(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    if _attribute(node, "request_headers") is None or edit.request is None:
        return None
    return cst.Attribute(cst.Name(edit.request), cst.Name("headers"))


def connection(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    found = _attribute(node, "connection")
    return found and found.with_changes(attr=cst.Name("ws_proto"))
