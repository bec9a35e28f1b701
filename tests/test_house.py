"""The rules of the code: what may import what, how long things are, what is pinned where."""

from __future__ import annotations

import ast
import configparser
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
PACKAGE = ROOT / "sanic_legacy_ws"

# From the top down: a layer may import those below it.
LAYERS = [
    "cli",
    "demo",
    "doctor",
    "migration",
    "testing",
    "server",
    "asgi",
    "guests",
    "binding",
    "connection",
    "usage",
    "_compat",
    "exceptions",
    "wire",
]

if not PACKAGE.is_dir():
    pytest.skip("reads the checkout, not the wheel", allow_module_level=True)

MODULES = sorted(PACKAGE.rglob("*.py"))


def layer(path):
    """The layer of a file: the first part of its path inside the package."""
    return path.relative_to(PACKAGE).with_suffix("").parts[0]


def imported_layers(path):
    """The layers that a file imports from, by relative or absolute imports."""
    package = ("sanic_legacy_ws", *path.relative_to(PACKAGE).parts[:-1])
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.ImportFrom):
            base = package[: len(package) - node.level + 1] if node.level else ()
            named = (*base, *(node.module or "").split("."))
            names = [named] if node.module else [(*base, alias.name) for alias in node.names]
        elif isinstance(node, ast.Import):
            names = [tuple(alias.name.split(".")) for alias in node.names]
        else:
            continue
        for name in names:
            if name[0] == "sanic_legacy_ws" and len(name) > 1 and name[1]:
                yield node.lineno, name[1]


@pytest.mark.parametrize("path", MODULES, ids=lambda path: str(path.relative_to(PACKAGE)))
def test_imports_go_down(path):
    """No layer imports one above it."""
    here = layer(path)
    if here not in LAYERS:
        return  # __init__ and __main__ are above all layers
    above = LAYERS[: LAYERS.index(here)]
    assert [(line, name) for line, name in imported_layers(path) if name in above] == []


def test_every_folder_is_a_layer():
    """A new folder or top-level module has its place in the list."""
    found = {layer(path) for path in MODULES} - {"__init__", "__main__"}
    assert found == set(LAYERS)


@pytest.mark.parametrize("path", sorted(PACKAGE.glob("wire/*.py")), ids=lambda path: path.name)
def test_wire_knows_the_standard_library_only(path):
    """No asyncio, no clock, no logger, nothing installed."""
    allowed = {"base64", "codecs", "dataclasses", "enum", "functools", "hashlib", "io", "re",
               "typing", "zlib", "__future__"}  # fmt: skip
    imported = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            imported |= {alias.name.split(".")[0] for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and not node.level:
            imported.add((node.module or "").split(".")[0])
    assert imported <= allowed


def functions(tree):
    """Every function with its length, its docstring left out."""
    for node in ast.walk(tree):
        if isinstance(node, (ast.FunctionDef, ast.AsyncFunctionDef)):
            first = node.body[1] if ast.get_docstring(node) and len(node.body) > 1 else node.body[0]
            yield node, node.end_lineno - first.lineno + 1


def test_files_and_functions_fit():
    """Files have at most 450 lines, functions at most 60, half of them under 10."""
    lengths = []
    for path in MODULES:
        text = path.read_text(encoding="utf-8")
        assert text.count("\n") <= 450, path
        for node, length in functions(ast.parse(text)):
            assert length <= 60, f"{path}:{node.lineno} {node.name}"
            lengths.append(length)
    assert sorted(lengths)[len(lengths) // 2] < 10


def test_nothing_is_swallowed():
    """No handler catches everything and does nothing."""
    for path in MODULES:
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.ExceptHandler) and all(
                isinstance(statement, ast.Pass) for statement in node.body
            ):
                caught = node.type.id if isinstance(node.type, ast.Name) else "..."
                assert node.type is not None, f"{path}:{node.lineno}"
                assert caught not in {"Exception", "BaseException"}, f"{path}:{node.lineno}"


def test_tox_is_the_table():
    """tox.ini lists the table's environments, with its pins."""
    sys.path.insert(0, str(ROOT))
    try:
        from sanic_legacy_ws._compat.table import ENVIRONMENTS
    finally:
        sys.path.remove(str(ROOT))
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini")
    listed = [name.strip() for name in tox["tox"]["env_list"].replace("\n", ",").split(",")]
    lines = [name for name in listed if name.startswith("py")]
    assert sorted(lines) == sorted(env.name for env in ENVIRONMENTS)
    for env in ENVIRONMENTS:
        pins = set(pins_for(env.name, tox["testenv"]["deps"]))
        assert {f"sanic=={env.sanic}", f"websockets{env.websockets}", *env.pins} <= pins


def pins_for(name, deps):
    """The conditional dependencies of one environment."""
    parts = name.split("-")
    for line in deps.splitlines():
        condition, colon, pin = line.partition(":")
        if colon and all(part in parts for part in condition.split("-")):
            yield pin.strip()
