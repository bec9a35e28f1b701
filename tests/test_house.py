"""The rules of the code: what may import what, how long things are, what is pinned where."""

from __future__ import annotations

import ast
import configparser
import re
import sys
from pathlib import Path

import pytest

from tests.ownership import Package, is_self

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


# Who owns what: a class declares an attribute, with what it means, and alone writes it. It may use
# what its bases have, and nothing of a subclass or of a sibling but by a hook of a common base.

PARTS = Package(PACKAGE)


def is_private(name):
    """Whether a name begins with one underscore."""
    return name.startswith("_") and not name.startswith("__")


@pytest.mark.parametrize("cls", PARTS.classes, ids=repr)
def test_an_attribute_has_one_owner(cls):
    """What some class writes is declared by that class, and by no other in the line."""
    line = PARTS.line(cls)
    for name in {name for each in line for name in each.written}:
        declaring = [each for each in line if name in each.declared]
        assert len(declaring) < 2, name
        writing = [each for each in line if name in each.written]
        assert writing == declaring or not PARTS.is_closed(cls), name


@pytest.mark.parametrize("cls", PARTS.classes, ids=repr)
def test_an_object_uses_what_its_bases_have(cls):
    """No private name of a subclass or of a sibling."""
    known = {"_fields"}  # of a NamedTuple
    for each in PARTS.line(cls):
        known |= {*each.declared, *each.methods, *each.needed}
    for node in ast.walk(cls.node):
        if isinstance(node, ast.Attribute) and is_self(node.value) and is_private(node.attr):
            assert node.attr in known or not PARTS.is_closed(cls), node.lineno


@pytest.mark.parametrize("cls", PARTS.classes, ids=repr)
def test_a_private_method_is_overridden_as_it_says(cls):
    """What a subclass may replace has a docstring in the base."""
    for base in PARTS.line(cls)[1:]:
        for name in filter(is_private, {*cls.methods} & {*base.methods}):
            assert ast.get_docstring(base.methods[name]), f"{base}.{name}"


@pytest.mark.parametrize("module", PARTS.modules.values(), ids=lambda module: module.name)
def test_private_names_stay_in_their_module(module):
    """Of another object, only what a class of the same module has is private and used."""
    public = {"_asdict", "_fields", "_replace"}  # of a NamedTuple, and of a syntax tree
    own = {name for each in module.classes.values() for name in (*each.declared, *each.methods)}
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Attribute) and is_private(node.attr) and not is_self(node.value):
            told = ast.unparse(node.value)
            if told == "super()" or told in module.foreign or module.name.startswith("_compat"):
                continue
            theirs = told == "Sanic"  # whose private names _compat.sanic lists
            assert theirs or node.attr in own | public, f"{node.lineno}: {ast.unparse(node)}"


@pytest.mark.parametrize("cls", PARTS.classes, ids=repr)
def test_state_says_what_it_means(cls):
    """What a connection keeps for itself has a comment, of its own or with its neighbours."""
    if not cls.module.name.startswith(("connection.", "asgi.")):
        return
    anywhere = {name for each in PARTS.classes for name in each.written}
    for name in filter(is_private, {*cls.fresh} & anywhere):
        assert cls.module.is_commented(cls.declared[name]), name


def test_modules_make_no_circle():
    """No module needs, by whatever way, one that needs it."""
    done, way = set(), []

    def follow(name):
        assert name not in way, [*way, name]
        if name in done:
            return
        way.append(name)
        for other in {*PARTS.imports(PARTS.modules[name])} & {*PARTS.modules}:
            follow(other)
        done.add(way.pop())

    for name in PARTS.modules:
        follow(name)


def test_tox_is_the_table():
    """tox.ini lists the table's environments, with its pins, loops and what is tested once."""
    sys.path.insert(0, str(ROOT))
    try:
        from sanic_legacy_ws._compat.table import ENVIRONMENTS, FIRST
    finally:
        sys.path.remove(str(ROOT))
    tox = configparser.ConfigParser(interpolation=None)
    tox.read(ROOT / "tox.ini")
    listed = [name.strip() for name in tox["tox"]["env_list"].replace("\n", ",").split(",")]
    lines = [name for name in listed if name.startswith("py")]
    assert sorted(lines) == sorted(env.name for env in ENVIRONMENTS)
    for env in ENVIRONMENTS:
        pins = set(lines_for(env.name, tox["testenv"]["deps"]))
        assert {f"sanic=={env.sanic}", f"websockets{env.websockets}", *env.pins} <= pins
        told = set(lines_for(env.name, tox["testenv"]["set_env"]))
        assert ("SLW_TEST_LOOP = asyncio" in told) is (env.loop == "asyncio")
        assert ("SLW_LEFT_OUT =" in told) is (env in FIRST.values())


def lines_for(name, text):
    """The conditional lines of a setting that hold for one environment."""
    parts = name.split("-")
    for line in text.splitlines():
        condition, colon, value = line.partition(":")
        if colon and any(set(each.split("-")) <= set(parts) for each in braces(condition)):
            yield value.strip()


def braces(text):
    """What tox makes of `py{38,39}-sanic`."""
    found = re.search(r"\{([^}]*)\}", text)
    if found is None:
        return [text]
    before, after = text[: found.start()], text[found.end() :]
    return [whole for each in found[1].split(",") for whole in braces(before + each + after)]
