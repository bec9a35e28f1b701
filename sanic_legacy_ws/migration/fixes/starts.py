"""What stops an app that is no WebSocket: SLW601 to 607, 609 to 614."""

from __future__ import annotations

from http import HTTPStatus

import libcst as cst
from libcst import matchers as m

from ..rules.slw607_abort import CLASSES
from .edit import Edit

TIGHT = cst.AssignEqual(cst.SimpleWhitespace(""), cst.SimpleWhitespace(""))
CONTEXT = cst.Name("ctx")
GUARD = cst.parse_expression('__name__ == "__main__"')
RUN = m.SimpleStatementLine([m.Expr(m.Call(m.Attribute(attr=m.Name("run"))))])
STARTED = m.Assign(
    targets=[m.AssignTarget(m.Name())],
    value=m.Await(m.Call(m.Attribute(attr=m.Name("create_server")))),
)
ABORT = m.Call(m.OneOf(m.Name(), m.Attribute(attr=m.Name("abort"))))


def in_context(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``app.redis`` and ``getattr(app, "redis")``, of ``app.ctx``."""
    if isinstance(node, cst.Call):
        app = node.args[0].with_changes(value=cst.Attribute(node.args[0].value, CONTEXT))
        return node.with_changes(args=[app, *node.args[1:]])
    assert isinstance(node, cst.Attribute)
    return node.with_changes(value=cst.Attribute(node.value, CONTEXT))


def named(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``Sanic()`` with a name as its first argument."""
    assert isinstance(node, cst.Call)
    comma = cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))
    name = cst.Arg(cst.SimpleString(f'"{edit.finding.detail}"'))
    first = name.with_changes(comma=comma) if node.args else name
    return node.with_changes(args=[first, *node.args])


def expression(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """What the finding says, in place of a name or a string."""
    return cst.parse_expression(edit.finding.detail)


def route_name(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``@app.route("/")`` with a name of its own."""
    assert isinstance(node, cst.Call)
    name = cst.Arg(cst.SimpleString(f'"{edit.finding.detail}"'), cst.Name("name"), equal=TIGHT)
    if not node.args:
        return node.with_changes(args=[name])
    *before, last = node.args
    if isinstance(last.comma, cst.Comma):  # on lines of their own
        name = name.with_changes(comma=last.comma)
        between = cst.Comma(whitespace_after=node.whitespace_before_args)
        last = last.with_changes(comma=before[-1].comma if before else between)
    else:
        last = last.with_changes(comma=_comma())
    return node.with_changes(args=[*before, last, name])


def _comma() -> cst.Comma:
    return cst.Comma(whitespace_after=cst.SimpleWhitespace(" "))


def started_up(
    node: cst.CSTNode, edit: Edit
) -> cst.FlattenSentinel[cst.SimpleStatementLine] | None:
    """``server = await app.create_server(...)``, and ``await server.startup()`` behind it."""
    assert isinstance(node, cst.SimpleStatementLine)
    if len(node.body) != 1 or not m.matches(node.body[0], STARTED):
        return None
    target = cst.ensure_type(node.body[0], cst.Assign).targets[0].target
    name = cst.ensure_type(target, cst.Name).value
    startup = cst.ensure_type(
        cst.parse_statement(f"await {name}.startup()\n"), cst.SimpleStatementLine
    )
    return cst.FlattenSentinel([node, startup])


def guarded(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``app.run()`` and what follows it, where the module is the program."""
    assert isinstance(node, cst.Module)
    at = next((n for n, line in enumerate(node.body) if m.matches(line, RUN)), None)
    if at is None:
        return None
    first, *rest = node.body[at:]
    lines = cst.ensure_type(first, cst.SimpleStatementLine).leading_lines
    block = [first.with_changes(leading_lines=[]), *rest]
    guard = cst.If(GUARD, cst.IndentedBlock(block), leading_lines=lines)
    return node.with_changes(body=[*node.body[:at], guard])


def aborted(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``abort(404)`` as the exception that it raised; its import, once nothing uses it."""
    assert isinstance(node, cst.SimpleStatementLine)
    edit.drop("sanic.exceptions", "abort")
    line = node.body[0]
    call = line.value if isinstance(line, (cst.Expr, cst.Return)) else None
    if len(node.body) != 1 or call is None or not m.matches(call, ABORT):
        return None
    args = cst.ensure_type(call, cst.Call).args
    status = int(cst.ensure_type(args[0].value, cst.Integer).value)
    name = CLASSES.get(status)
    edit.need("sanic.exceptions", name or "SanicException")
    said = cst.SimpleString(f'"{HTTPStatus(status).phrase}"') if len(args) < 2 else args[1].value
    code = [cst.Arg(args[0].value, cst.Name("status_code"), equal=TIGHT)] if name is None else []
    message = cst.Arg(said, comma=_comma()) if code else cst.Arg(said)
    error = cst.Call(cst.Name(name or "SanicException"), [message, *code])
    return node.with_changes(body=[cst.Raise(error)])


def request_item(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``request["user"]`` as ``request.ctx.user``."""
    assert isinstance(node, cst.Subscript)
    return cst.Attribute(cst.Attribute(node.value, CONTEXT), cst.Name(edit.finding.detail))


def body(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``HTTPResponse(body_bytes=...)`` with ``body=``."""
    assert isinstance(node, cst.Call)
    args = [
        arg.with_changes(keyword=cst.Name("body"))
        if arg.keyword is not None and arg.keyword.value == "body_bytes"
        else arg
        for arg in node.args
    ]
    return node.with_changes(args=args)


def renamed(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``register_blueprint()``, and the loaders of the config."""
    assert isinstance(node, cst.Call)
    func = cst.ensure_type(node.func, cst.Attribute)
    name = "blueprint" if func.attr.value == "register_blueprint" else "update_config"
    return node.with_changes(func=func.with_changes(attr=cst.Name(name)))


def argument(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | None:
    """``Sanic(load_env=False)`` with ``env_prefix=None``, or without the argument."""
    assert isinstance(node, cst.Call)
    gone = edit.finding.message.partition("=")[0]
    at = next(n for n, arg in enumerate(node.args) if arg.keyword and arg.keyword.value == gone)
    if edit.finding.detail:
        name, _, value = edit.finding.detail.partition("=")
        new = {"keyword": cst.Name(name), "value": cst.parse_expression(value)}
        args = [*node.args[:at], node.args[at].with_changes(**new), *node.args[at + 1 :]]
        return node.with_changes(args=args)
    kept = [*node.args[:at], *node.args[at + 1 :]]
    if kept and at == len(kept):
        kept[-1] = kept[-1].with_changes(comma=node.args[at].comma)
    return node.with_changes(args=kept)


def cookie(node: cst.CSTNode, edit: Edit) -> cst.CSTNode | cst.RemovalSentinel | None:
    """``response.cookies["id"] = ...`` as a call; what is in that already goes."""
    assert isinstance(node, cst.SimpleStatementLine)
    if not edit.finding.detail:
        return cst.RemoveFromParent()
    return node.with_changes(body=[cst.Expr(cst.parse_expression(edit.finding.detail))])
