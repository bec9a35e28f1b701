"""SLW612: arguments that Sanic has removed."""

from __future__ import annotations

import ast
from typing import Iterator, NamedTuple

from ..._compat.causes import ARGUMENT
from ..inference.syntax import constant
from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..view import View
from .common import SANIC
from .derived import made

ENV_PREFIX = Release(21, 6)  # the first with env_prefix=
FIXED_STATUS = Release(23, 3)
CONFIGS = frozenset({"sanic.Config", "sanic.config.Config"})
STARTS = frozenset({"run", "create_server", "prepare"})


class Gone(NamedTuple):
    """Since which Sanic an argument is a TypeError, and what to write."""

    since: Release
    instead: str


OF_APP = {
    "load_env": Gone(Release(21, 12), "use env_prefix="),
    "register": Gone(Release(22, 6), "every app is registered"),
}
OF_CONFIG = {"load_env": OF_APP["load_env"]}
OF_START = {
    "legacy": Gone(Release(23, 3), "use single_process="),
    **dict.fromkeys(
        ("stop_event", "before_start", "after_start", "before_stop", "after_stop", "log_config"),
        Gone(Release(20, 12), "use a listener, or an argument of Sanic()"),
    ),
}
# Exceptions that have their status, and take no other.
STATUS = {
    "BadRequest": 400,
    "InvalidUsage": 400,
    "Forbidden": 403,
    "NotFound": 404,
    "RequestTimeout": 408,
    "PayloadTooLarge": 413,
    "ServerError": 500,
    "ServiceUnavailable": 503,
}


def find(view: View, target: Target) -> Iterator[Hit]:
    for call in view.module.of(ast.Call):
        yield from _constructor(view, call, target)
        yield from _start(view, call, target)
        yield from _status(view, call, target)


def _constructor(view: View, call: ast.Call, target: Target) -> Iterator[Hit]:
    """``Sanic(load_env=False)``, and the same of a ``Config``, or of what is derived from one."""
    named = [keyword for keyword in call.keywords if keyword.arg in OF_APP]
    known = _known(view, call) if named else {}
    for keyword in named:
        gone = known.get(keyword.arg or "")
        if gone and _applies(gone.since, target):
            detail = _instead(keyword, target)
            fix = None if detail is None else "safe"
            yield Hit(call, _say(keyword, gone), fix=fix, detail=detail or "")


def _known(view: View, call: ast.Call) -> dict[str, Gone]:
    """What is gone of the class that a call makes, or that ``super().__init__()`` is about."""
    origin = made(view, call.func)
    return OF_APP if origin in SANIC else OF_CONFIG if origin in CONFIGS else {}


def _instead(keyword: ast.keyword, target: Target) -> str | None:
    """What has the same effect, with "" for no argument; None where that cannot be told."""
    value = constant(keyword.value)
    if keyword.arg != "load_env":
        return "" if value is True else None
    if value is True:
        return ""
    if target.oldest < ENV_PREFIX or not (value is False or isinstance(value, str)):
        return None
    return f'env_prefix="{value}"' if value else "env_prefix=None"


def _start(view: View, call: ast.Call, target: Target) -> Iterator[Hit]:
    """``app.run(stop_event=...)``."""
    named = isinstance(call.func, ast.Attribute) and call.func.attr in STARTS
    known = [k for k in call.keywords if k.arg in OF_START] if named else []
    sure = view.app(call.func.value) if known else None  # type: ignore[attr-defined]
    for keyword in known if sure is not None else ():
        gone = OF_START[keyword.arg or ""]
        if _applies(gone.since, target):
            yield Hit(call, _say(keyword, gone), sure or Confidence.LIKELY)


def _status(view: View, call: ast.Call, target: Target) -> Iterator[Hit]:
    """``NotFound("...", 404)``, ``ServerError("...", status_code=500)``."""
    home, _, name = view.origin(call.func).rpartition(".")
    if home != "sanic.exceptions" or name not in STATUS or not _applies(FIXED_STATUS, target):
        return
    second = constant(call.args[1]) if len(call.args) > 1 else None
    if isinstance(second, int) or any(k.arg == "status_code" for k in call.keywords):
        say = f"{name}() takes no status since Sanic 23.3: it has its own, {STATUS[name]}"
        yield Hit(call, f"{say}; drop it, or use SanicException")


def _applies(since: Release, target: Target) -> bool:
    return target.native or target.oldest >= since


def _say(keyword: ast.keyword, gone: Gone) -> str:
    return f"{keyword.arg}= is gone since Sanic {gone.since}; {gone.instead}"


CHANGE = Change(
    before='app = Sanic("chat", load_env=False)\n',
    after='app = Sanic("chat", env_prefix=None)\n',
    note=(
        "`fix` rewrites `load_env=` if its value is written there. `None` reads no environment "
        "variables, as `False` did."
    ),
)
RULE = Rule(
    code=ARGUMENT.code,
    title=ARGUMENT.title,
    why=(
        "These are a TypeError: `load_env` of `Sanic()` and of `Config()` since 21.12, and "
        "`register` since 22.6; "
        "`legacy` of `run()` since 23.3, and `stop_event`, `before_start` and the like since "
        "20.12; and a status given to an exception that has its own, such as `NotFound`, since "
        "23.3."
    ),
    find=find,
    fixable="safe",
    since=Release(20, 12),
    to_shim=CHANGE,
    to_native=CHANGE,
)
