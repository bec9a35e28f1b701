"""SLW615: an app, or a part of it, that workers do not make."""

from __future__ import annotations

import ast
from typing import Iterator

from ..._compat.causes import UNSEEN
from ..import_time import guards
from ..inference.syntax import FUNCTIONS, Function, own_nodes
from ..model import Confidence, Release, Target
from ..routes import ADDERS, DECORATORS
from ..rule import Change, Hit, Rule
from ..survey import is_test
from ..view import View
from .common import SANIC

PARTS = frozenset({*DECORATORS, *ADDERS, "static", "blueprint", "add_task", "add", "exception"})
PARTS |= {"middleware", "register_middleware", "on_request", "on_response", "listener", "signal"}
PARTS |= {"register_listener", "before_server_start", "after_server_start", "before_server_stop"}
PARTS |= {"after_server_stop"}
HANDLERS = "error_handler"
APP = "since Sanic 22.9 workers import the module, and find no app: make it where they do"
PART = "since Sanic 22.9 workers import the module, and do not see this: do it while it is imported"


def find(view: View, target: Target) -> Iterator[Hit]:
    if view.survey.chooses_workers or is_test(view.module.path):
        return
    for guard in guards(view.module):
        yield from _guarded(view, guard)
    for call in view.module.of(ast.Call):
        if view.origin(call.func) in SANIC:
            sure = _made_and_run(view, call)
            if sure is not None:
                yield Hit(call, APP, sure)
    if view.survey.has_app:
        for function in view.module.functions():
            if not _reached(view, function):
                yield from _ran(view, function)


def _guarded(view: View, guard: ast.If) -> Iterator[Hit]:
    """Apps that a guard makes; where it makes none, what it adds to the app of the module."""
    calls = _calls(guard)
    if any(_starts(view, call) for call in calls):
        made = [call for call in calls if view.origin(call.func) in SANIC]
        yield from (Hit(call, APP) for call in made)
        yield from () if made else _parts(view, calls)


def _ran(view: View, function: Function) -> Iterator[Hit]:
    """The first that a function adds to an app which it starts, where no import calls it."""
    calls = _calls(function)
    if any(_starts(view, call) for call in calls) and not _makes(view, calls):
        found = [hit._replace(confidence=Confidence.LIKELY) for hit in _parts(view, calls)]
        if found:
            yield min(found, key=lambda hit: (hit.node.lineno, hit.node.col_offset))


def _makes(view: View, calls: list[ast.Call]) -> bool:
    return any(view.origin(call.func) in SANIC for call in calls)


def _calls(block: ast.If | Function) -> list[ast.Call]:
    """The calls of a block, and decorators in it."""
    nodes = list(own_nodes(block.body))
    functions = [node for node in nodes if isinstance(node, FUNCTIONS)]
    decorators = [d for function in functions for d in function.decorator_list]
    return [node for node in (*nodes, *decorators) if isinstance(node, ast.Call)]


def _parts(view: View, calls: list[ast.Call]) -> Iterator[Hit]:
    for call in calls:
        sure = _adds(view, call) or _leads_to_parts(view, call)
        if sure is not None:
            yield Hit(call, PART, sure)


def _leads_to_parts(view: View, call: ast.Call) -> Confidence | None:
    """How surely a function that is called adds to an app of others, and no import calls it."""
    found = [(view, callee) for callee, _ in view.values.callees(call.func, guess=False)]
    if view.module.is_imported(call.func):
        for module, callee in view.project.apps.defined(view.origin(call.func)):
            found.append((View(view.project, module.path), callee))
    for other, callee in found:
        if isinstance(callee, FUNCTIONS) and not _reached(other, callee):
            calls = _calls(callee)
            adds = any(_adds(other, inner) is not None for inner in calls)
            if adds and not _makes(other, calls):
                return Confidence.LIKELY
    return None


def _starts(view: View, call: ast.Call) -> bool:
    named = isinstance(call.func, ast.Attribute) and call.func.attr == "run"
    return named and view.app(call.func.value) is not None  # type: ignore[attr-defined]


def _adds(view: View, call: ast.Call) -> Confidence | None:
    """``app.add_route(...)``, ``app.error_handler.add(...)``; not for the main process alone."""
    func = call.func
    if not isinstance(func, ast.Attribute) or func.attr not in PARTS:
        return None
    handlers = isinstance(func.value, ast.Attribute) and func.value.attr == HANDLERS
    if (func.attr == "add") is not handlers:
        return None
    words = [a.value for a in call.args if isinstance(a, ast.Constant)]
    if any(str(word).startswith(("main_process", "reload_process")) for word in words):
        return None
    return view.app(func.value.value if handlers else func.value)  # type: ignore[attr-defined]


def _made_and_run(view: View, call: ast.Call) -> Confidence | None:
    """How surely a function makes an app that is run, and no import calls it."""
    function = view.module.function(call)
    if function is None or view.survey.has_app or _reached(view, function):
        return None
    if any(_starts(view, c) for c in own_nodes(function.body) if isinstance(c, ast.Call)):
        return Confidence.CERTAIN
    klass = view.module.owner(function)
    if klass is not None:
        runs = any(_starts(view, c) for c in ast.walk(klass) if isinstance(c, ast.Call))
        return Confidence.LIKELY if runs else None
    given = any(isinstance(node, ast.Return) for node in own_nodes(function.body))
    return Confidence.LIKELY if given and view.survey.runs_app else None


def _reached(view: View, function: ast.AST) -> bool:
    """Whether an import may call it, or make an instance of its class."""
    around = [function, *view.module.ancestors(function)]
    named = [up.name for up in around if isinstance(up, (*FUNCTIONS, ast.ClassDef))]
    return not view.survey.reached.isdisjoint(named)


CHANGE = Change(
    before=(
        'if __name__ == "__main__":\n    app = Sanic("chat")\n    app.add_route(index, "/")\n'
        "    app.run()\n"
    ),
    after=(
        'app = Sanic("chat")\napp.add_route(index, "/")\n\nif __name__ == "__main__":\n'
        "    app.run()\n"
    ),
    note=(
        "If a function makes the app, start it by `sanic module:function --factory`, or "
        "`sanic-legacy-ws run` in its place. `app.run(single_process=True)` has no workers."
    ),
)
RULE = Rule(
    code=UNSEEN.code,
    title=UNSEEN.title,
    why=(
        "Since 22.9 workers are new processes that import the app's module. What runs only in the "
        "program that was started, behind `if __name__ ...` or in a function that is called "
        "there, they do not have. Without an app they end at once; a route, a listener or a task "
        "that is added there is missing."
    ),
    find=find,
    since=Release(22, 9),
    to_shim=CHANGE,
    to_native=CHANGE,
)
