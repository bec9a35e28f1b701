"""Which class of Sanic's a call makes an object of, through classes that the app derives."""

from __future__ import annotations

import ast

from ..inference.syntax import FUNCTIONS
from ..view import View

DEEPEST = 4  # classes between an app's own and Sanic's


def made(view: View, func: ast.AST) -> str:
    """The dotted name of what is called: a class of the app's that takes what its base takes is
    its base, and so is ``super().__init__`` in it."""
    owner = _super(view, func)
    if owner is not None:
        return _base(view, owner, DEEPEST)
    return _class(view, func, DEEPEST)


def _super(view: View, func: ast.AST) -> ast.ClassDef | None:
    """The class in which ``func`` is ``super().__init__``."""
    call = func.value if isinstance(func, ast.Attribute) and func.attr == "__init__" else None
    if not isinstance(call, ast.Call) or getattr(call.func, "id", "") != "super":
        return None
    function = view.function(call)
    return view.module.owner(function) if function is not None else None


def _class(view: View, name: ast.AST, deep: int) -> str:
    origin = view.origin(name)
    for module, found in _defined(view, name, origin):
        starts = [f for f in found.body if isinstance(f, FUNCTIONS) and f.name == "__init__"]
        other = view if module == view.module.path else View(view.project, module)
        return "" if starts or not deep else _base(other, found, deep - 1)
    return origin


def _base(view: View, klass: ast.ClassDef, deep: int) -> str:
    return _class(view, klass.bases[0], deep) if len(klass.bases) == 1 else ""


def _defined(view: View, name: ast.AST, origin: str) -> list[tuple[str, ast.ClassDef]]:
    """The class of the app's that a name means, with the path of its module."""
    here = view.facts.known.definition(name) if isinstance(name, ast.Name) else None
    if isinstance(here, ast.ClassDef):
        return [(view.module.path, here)]
    if not view.module.is_imported(name) or origin.startswith("sanic."):
        return []
    found = view.project.apps.defined(origin)
    return [(module.path, klass) for module, klass in found if isinstance(klass, ast.ClassDef)]
