"""What the modules of the checker may know of each other."""

from __future__ import annotations

import ast
from pathlib import Path

import pytest

import sanic_legacy_ws.migration

FOLDER = Path(sanic_legacy_ws.migration.__file__).parent

# From what knows least; each module imports those before it.
INFERENCE = [
    "source",
    "syntax",
    "definitions",
    "shapes",
    "facts",
    "values",
    "flow",
    "following",
    "annotations",
    "evidence",
    "seeds",
    "websockets",
    "apps",
    "project",
]
# The public parts of ast and of named tuples begin so; argparse has no public name for its type.
LIBRARY = {"_fields", "_replace", "_SubParsersAction"}


def siblings(path):
    """Modules of the same folder that a file imports."""
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom) and node.level == 1:
            yield from [node.module] if node.module else [alias.name for alias in node.names]


@pytest.mark.parametrize("name", INFERENCE)
def test_inference_imports_what_stands_before_it(name):
    """No circle among the modules that find websockets, type checking included."""
    before = INFERENCE[: INFERENCE.index(name)]
    assert set(siblings(FOLDER / "inference" / f"{name}.py")) <= set(before)


def test_every_module_of_inference_has_its_place():
    """A new module is put in order before it is used."""
    assert {path.stem for path in FOLDER.glob("inference/*.py")} - {"__init__"} == set(INFERENCE)


@pytest.mark.parametrize("path", sorted(FOLDER.glob("inference/*.py")), ids=lambda path: path.stem)
def test_inference_knows_no_rule(path):
    """What is a websocket does not depend on what is said about it."""
    tree = ast.walk(ast.parse(path.read_text(encoding="utf-8")))
    outside = {n.module for n in tree if isinstance(n, ast.ImportFrom) and n.level == 2}
    assert outside <= {"model"}


@pytest.mark.parametrize("path", sorted(FOLDER.rglob("*.py")), ids=lambda path: path.stem)
def test_no_private_name_of_another(path):
    """A name that begins with an underscore is used on self, cls, or inside its own module."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    own = {n.name for n in ast.walk(tree) if isinstance(n, (ast.FunctionDef, ast.ClassDef))}
    own |= {n.attr for n in ast.walk(tree) if isinstance(n, ast.Attribute) and _on_self(n)}
    foreign = [
        (node.lineno, node.attr)
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute)
        and node.attr.startswith("_")
        and not node.attr.startswith("__")
        and not _on_self(node)
        and node.attr not in own | LIBRARY
    ]
    assert foreign == []


def _on_self(node):
    return isinstance(node.value, ast.Name) and node.value.id in ("self", "cls")
