"""SLW613: the cookies of a response, used as a dict."""

from __future__ import annotations

import ast
import re
from typing import Iterator

from ..._compat.causes import COOKIE
from ..cookies import instead
from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

SAY = "the cookies of a response are no dict since Sanic 24.12; use"
NO_DICT = Release(24, 12)
NAMES = re.compile(r"(\w*_)?(response|resp|res|rsp|ret|r)", re.IGNORECASE)
RESPONSES = ("HTTPResponse", "json", "text", "html", "raw", "redirect", "file", "empty")
MADE = ("sanic.response.", *(f"sanic.{name}" for name in RESPONSES))


def find(view: View, target: Target) -> Iterator[Hit]:
    if not view.evidence.sanic or view.evidence.other_framework:
        return
    for item in view.module.of(ast.Subscript):
        jar = item.value
        if isinstance(jar, ast.Attribute) and jar.attr == "cookies" and _changes(view, item):
            sure = _response(view, jar.value)
            if sure is not None:
                method = "delete_cookie()" if isinstance(item.ctx, ast.Del) else "add_cookie()"
                say = f"{SAY} response.{method}"
                known = instead(view.module, item) if target.oldest >= NO_DICT else None
                fix = None if known is None else "safe" if known.exact else "unsafe"
                yield Hit(item, say, sure, fix, known.call if known else "")


def _changes(view: View, item: ast.Subscript) -> bool:
    """``cookies["a"] = ...``, ``del cookies["a"]`` and ``cookies["a"]["max-age"] = ...``."""
    parent = view.module.parents.get(item)
    above = isinstance(parent, ast.Subscript) and parent.value is item
    return not isinstance((parent if above else item).ctx, ast.Load)  # type: ignore[union-attr]


def _response(view: View, node: ast.AST) -> Confidence | None:
    """How surely ``node`` is a response: by what it is assigned from, or by its name."""
    if not isinstance(node, ast.Name):
        return None
    home = view.module.function(node)
    assigned = [a.value for a in view.module.of(ast.Assign) if view.module.function(a) is home
                and any(getattr(name, "id", "") == node.id for name in a.targets)]  # fmt: skip
    calls = [getattr(value, "value", value) for value in assigned]  # of an await, what it awaits
    made = [isinstance(c, ast.Call) and view.origin(c.func).startswith(MADE) for c in calls]
    if made and all(made):
        return Confidence.CERTAIN
    return Confidence.LIKELY if any(made) or NAMES.fullmatch(node.id) else None


CHANGE = Change(
    before='response.cookies["id"] = key\nresponse.cookies["id"]["max-age"] = 3600\n',
    after='response.add_cookie("id", key, max_age=3600, secure=False, samesite=None)\n',
    note=(
        "`add_cookie()` exists since 23.3. Without `secure=False` and `samesite=None` the cookie "
        "has `Secure` and `SameSite=Lax`, which it did not have before. `fix` rewrites the lines "
        "about one cookie together. Without `--unsafe` it does so only where the function has made "
        "the response itself."
    ),
)
RULE = Rule(
    code=COOKIE.code,
    title=COOKIE.title,
    why=(
        "Up to 24.6 a cookie was set and deleted as in a dict; 23.3 and later warned. Since 24.12 "
        "this is a TypeError. Reading `request.cookies` is as before."
    ),
    find=find,
    fixable="safe",
    since=NO_DICT,
    to_shim=CHANGE,
    to_native=CHANGE,
)
