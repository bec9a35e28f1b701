"""SLW607: sanic.exceptions.abort."""

from __future__ import annotations

import ast
from http import HTTPStatus
from typing import Iterator

from ..._compat.causes import ABORT
from ..inference.syntax import constant
from ..model import Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

ORIGIN = "sanic.exceptions.abort"
# The classes that abort() took; what it raised for another status is a plain SanicException.
CLASSES = {
    400: "InvalidUsage",
    401: "Unauthorized",
    403: "Forbidden",
    404: "NotFound",
    408: "RequestTimeout",
    413: "PayloadTooLarge",
    417: "HeaderExpectationFailed",
    500: "ServerError",
    503: "ServiceUnavailable",
}


def find(view: View, target: Target) -> Iterator[Hit]:
    for line in view.module.of(ast.ImportFrom):
        if line.module == "sanic.exceptions" and any(a.name == "abort" for a in line.names):
            yield Hit(line, "sanic.exceptions.abort is gone since Sanic 21.12", fix="safe")
    for call in view.module.of(ast.Call):
        if view.origin(call.func) == ORIGIN:
            instead = exception(call)
            say = f"abort() is gone since Sanic 21.12; raise {instead or 'SanicException'}"
            yield Hit(call, say, fix="safe" if instead and _alone(view, call) else None)


def exception(call: ast.Call) -> str | None:
    """The class that ``abort(status, ...)`` raised; None for a status that is not written there."""
    status = constant(call.args[0]) if call.args else None
    known = isinstance(status, int) and status in {known.value for known in HTTPStatus}
    plain = len(call.args) <= 2 and not call.keywords
    return CLASSES.get(int(str(status)), "SanicException") if known and plain else None


def _alone(view: View, call: ast.Call) -> bool:
    """A statement of its own, or what is returned."""
    return isinstance(view.module.parents.get(call), (ast.Expr, ast.Return))


CHANGE = Change(
    before="from sanic.exceptions import abort\n\nabort(404)\n",
    after='from sanic.exceptions import NotFound\n\nraise NotFound("Not Found")\n',
)
RULE = Rule(
    code=ABORT.code,
    title=ABORT.title,
    why=(
        "Since 21.12 its import fails. It raised the exception for a status. Raise this exception "
        "yourself."
    ),
    find=find,
    fixable="safe",
    since=Release(21, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
