"""Calls and whole statements: SLW308, 401 and 502."""

from __future__ import annotations

import libcst as cst
from libcst import matchers as m

from .edit import Edit

WAIT_FOR = m.Assign(
    targets=[m.AssignTarget(target=m.Name())],
    value=m.Await(expression=m.Call(func=m.Attribute(attr=m.Name("wait_for")))),
)
TIGHT = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))


def join_fragments(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``send(["a", "b"])`` sends ``"".join(["a", "b"])``."""
    assert isinstance(node, cst.Call)
    if not node.args or not isinstance(node.args[0].value, (cst.List, cst.Tuple)):
        return None
    parts = node.args[0].value
    text = parts.elements[0].value
    empty = 'b""' if isinstance(text, cst.SimpleString) and "b" in text.prefix.lower() else '""'
    joined = cst.Call(cst.parse_expression(f"{empty}.join"), [cst.Arg(parts)])
    return node.with_changes(args=[node.args[0].with_changes(value=joined), *node.args[1:]])


def receive_with_timeout(
    node: cst.CSTNode, edit: Edit
) -> cst.FlattenSentinel[cst.BaseStatement] | None:
    """``x = await asyncio.wait_for(ws.recv(), t)`` becomes recv(timeout=t) and a check."""
    assert isinstance(node, cst.SimpleStatementLine)
    if len(node.body) != 1 or not m.matches(node.body[0], WAIT_FOR):
        return None
    assign = cst.ensure_type(node.body[0], cst.Assign)
    waiting = cst.ensure_type(cst.ensure_type(assign.value, cst.Await).expression, cst.Call)
    receive = cst.ensure_type(waiting.args[0].value, cst.Call)
    timeout = cst.Arg(waiting.args[1].value, cst.Name("timeout"), equal=TIGHT)
    awaiting = cst.ensure_type(assign.value, cst.Await)
    changed = assign.with_changes(
        value=awaiting.with_changes(expression=receive.with_changes(args=[timeout]))
    )
    name = cst.ensure_type(assign.targets[0].target, cst.Name).value
    module = cst.Module([]).code_for_node(cst.ensure_type(waiting.func, cst.Attribute).value)
    check = cst.parse_statement(f"if {name} is None:\n    raise {module}.TimeoutError\n")
    return cst.FlattenSentinel([node.with_changes(body=[changed]), check])


def drop_protocol(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``run(..., protocol=WebSocketProtocol)`` without the protocol."""
    assert isinstance(node, cst.Call)
    kept = [arg for arg in node.args if arg.keyword is None or arg.keyword.value != "protocol"]
    if len(kept) != len(node.args) - 1:
        return None
    for home in ("sanic.websocket", "sanic_legacy_ws", "sanic.server.protocols.websocket_protocol"):
        edit.drop(home, "WebSocketProtocol")
    if kept and node.args[-1] not in kept:
        kept[-1] = kept[-1].with_changes(
            comma=node.args[-1].comma, whitespace_after_arg=node.args[-1].whitespace_after_arg
        )
    return node.with_changes(args=kept)
