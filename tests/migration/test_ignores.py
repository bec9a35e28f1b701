"""Comments that silence what is found."""

from __future__ import annotations

import ast

import pytest

from sanic_legacy_ws.migration.ignores import add_ignores, with_ignores
from sanic_legacy_ws.migration.model import Finding


def at(line, code="SLW301", end=0):
    return Finding("a.py", line, 1, code, "", end_line=end)


@pytest.mark.parametrize(
    ("line", "silenced"),
    [
        ("x = 1", "x = 1  # slw: ignore[SLW301]"),
        ("x = 1  # why", "x = 1  # why  # slw: ignore[SLW301]"),
        ("x = 1  # slw: ignore[SLW201]", "x = 1  # slw: ignore[SLW201, SLW301]"),
        ("x = 1  # slw:ignore[slw301] why", "x = 1  # slw: ignore[SLW301] why"),
        ("x = 1  # slw: ignore", "x = 1  # slw: ignore"),
        ("x = 1   ", "x = 1  # slw: ignore[SLW301]"),
    ],
)
def test_a_line(line, silenced):
    """A comment goes behind what is there, and into one that is there already."""
    assert with_ignores(f"{line}\r\n", [at(1)]) == (f"{silenced}\r\n", [])


def test_several_codes_of_a_line():
    """One comment has all codes, in order."""
    text, _ = with_ignores("x\n", [at(1, "SLW302"), at(1), at(1)])
    assert text == "x  # slw: ignore[SLW301, SLW302]\n"


def test_the_last_line_of_a_statement():
    """Where the first line ends inside a string, the last one has the comment."""
    text, left = with_ignores("x = '''a\nb'''\n", [at(1, end=2)])
    assert text == "x = '''a\nb'''  # slw: ignore[SLW301]\n"
    assert left == []


@pytest.mark.parametrize("text", ["x = '''a\nb\nc'''\n", "x = \\\n    1\n"])
def test_no_place(text):
    """A line that cannot have a comment keeps its finding, and its text."""
    assert with_ignores(text, [at(1)]) == (text, [at(1)])
    ast.parse(text)


def test_requirements():
    """In a file that is no Python, # begins a comment anywhere."""
    text, _ = with_ignores("sanic==20.12.7\n", [at(1, "SLW506")], python=False)
    assert text == "sanic==20.12.7  # slw: ignore[SLW506]\n"


def test_encoding_and_newlines_stay(tmp_path):
    """The file keeps its encoding and its line ends."""
    path = tmp_path / "a.py"
    path.write_bytes(b"# coding: latin-1\r\nx = '\xe9'\r\n")
    assert add_ignores([in_file(path, 2)]) == []
    assert path.read_bytes() == b"# coding: latin-1\r\nx = '\xe9'  # slw: ignore[SLW301]\r\n"


def in_file(path, line):
    return Finding(str(path), line, 1, "SLW301", "")
