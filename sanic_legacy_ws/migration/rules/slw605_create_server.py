"""SLW605: create_server() without startup()."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import NOT_STARTED
from ..inference.syntax import constant
from ..model import Confidence, Release, Target
from ..rule import Change, Hit, Rule
from ..view import View

READY = frozenset({"startup", "finalize", "_startup"})  # as 21.9 to 22.3, and tests, have it


def find(view: View, target: Target) -> Iterator[Hit]:
    if any(node.attr in READY for node in view.module.of(ast.Attribute)):
        return
    found = ((call, _creates(view, call)) for call in view.module.of(ast.Call))
    created = [(call, sure) for call, sure in found if sure is not None]
    wrapped = "" if all(_assigned(view, call) for call, _ in created) else "in a coroutine"
    for call, sure in created:
        say = "a server needs startup() since Sanic 21.9: await server.startup()"
        yield Hit(call, say, sure, "safe", wrapped)


def _creates(view: View, call: ast.Call) -> Confidence | None:
    """How surely a call makes a server of Sanic's that serves by itself."""
    func = call.func
    named = isinstance(func, ast.Attribute) and func.attr == "create_server" and _returns(call)
    return view.app(func.value) if named else None  # type: ignore[attr-defined]


def _returns(call: ast.Call) -> bool:
    return any(k.arg == "return_asyncio_server" and constant(k.value) for k in call.keywords)


def _assigned(view: View, call: ast.Call) -> bool:
    """``server = await app.create_server(...)``, alone on its line."""
    awaiting = view.module.parents.get(call)
    assign = view.module.parents.get(awaiting) if isinstance(awaiting, ast.Await) else None
    simple = isinstance(assign, ast.Assign) and len(assign.targets) == 1
    return simple and isinstance(assign.targets[0], ast.Name)  # type: ignore[union-attr]


CHANGE = Change(
    before="server = await app.create_server(return_asyncio_server=True)\n",
    after=(
        "server = await app.create_server(return_asyncio_server=True)\nawait server.startup()\n"
    ),
    note=(
        "If the coroutine is given to `loop.create_task()` or the like, the fix adds a coroutine "
        "to your module that does both. `before_start()` and `after_start()` run the listeners."
    ),
)
RULE = Rule(
    code=NOT_STARTED.code,
    title=NOT_STARTED.title,
    why=(
        "Up to 21.6 `create_server()` returned a server that was ready. Since 21.9 you have to "
        "call `startup()` first. Without it, every request fails."
    ),
    find=find,
    fixable="safe",
    since=Release(21, 9),
    to_shim=CHANGE,
    to_native=CHANGE,
)
