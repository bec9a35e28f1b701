"""SLW506: pins in requirements, pyproject.toml, Pipfile and setup.py."""

from __future__ import annotations

import pytest

from sanic_legacy_ws.migration.checker import check
from sanic_legacy_ws.migration.model import Direction, Target
from sanic_legacy_ws.migration.pins import find_pins
from sanic_legacy_ws.migration.settings import Settings

NATIVE = Target(Direction.NATIVE)
OLD = [
    "sanic==20.12.7",
    "Sanic == 21.6.2",
    "sanic[ext]<21.9",
    "sanic>=20.12,<21.9.0",
    "sanic~=20.12.0",
    "sanic<=21.6",
    "sanic==0.7.0",
    "sanic==20.*",
    "sanic==21.3.4 ; python_version < '3.10'",
]
FINE = [
    "sanic",
    "sanic>=20.12",
    "sanic==23.12.2",
    "sanic<26",
    "sanic~=21.3",
    "sanic-testing==21.3",
    "my-sanic==20.12",
    "# sanic==20.12.7",
    "sanic==21.9.3",
]


SOCKETS = "import sanic\n\n@app.websocket('/')\nasync def f(request, ws):\n    pass\n"


@pytest.mark.parametrize("line", OLD)
def test_old_pins(line):
    """A pin that keeps Sanic at 21.6 or older is found, with its place."""
    found = list(find_pins("requirements.txt", f"aiohttp\n{line}\n", NATIVE))
    assert [(f.line, f.column) for f in found] == [(2, 1)]


@pytest.mark.parametrize("line", FINE)
def test_other_pins(line):
    """What allows a newer Sanic, or is not Sanic, is no finding."""
    assert list(find_pins("requirements.txt", f"{line}\n", NATIVE)) == []


@pytest.mark.parametrize(
    ("spec", "found"),
    [("==8.1", 1), ("<10", 1), ("<10.0", 1), (">=8,<9", 1), (">=10", 0), ("<12", 0)],
)
def test_websockets(spec, found):
    """Beside Sanic, websockets is found below 10."""
    text = f"sanic\nwebsockets{spec}\n"
    assert len(list(find_pins("requirements.txt", text, NATIVE))) == found


def test_websockets_without_sanic():
    """A project without Sanic may pin what it likes."""
    assert list(find_pins("requirements.txt", "websockets==8.1\n", NATIVE)) == []


@pytest.mark.parametrize(
    "line",
    [
        'dependencies = ["sanic==20.12.7"]',
        'sanic = "20.12.7"',
        'sanic = "~20.12"',
        'sanic = {version = "<21.9", extras = ["ext"]}',
    ],
)
def test_pyproject(line):
    """Both ways of pyproject.toml are read, without a TOML parser."""
    assert len(list(find_pins("pyproject.toml", f"[project]\n{line}\n", NATIVE))) == 1


@pytest.mark.parametrize(
    ("name", "text"),
    [
        ("Pipfile", '[packages]\nsanic = "==19.6.3"\n'),
        ("setup.py", 'setup(\n    install_requires=["sanic", "websockets==5.0"],\n)\n'),
        ("requirements/prod.txt", "aiohttp\nsanic==20.12.7\n"),
    ],
)
def test_other_files(tmp_path, name, text):
    """Pipenv and setuptools say it in their own way, and some keep a folder of requirements."""
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.write_text(text)
    (tmp_path / "app.py").write_text(SOCKETS)
    found = check([str(tmp_path)], Settings()).findings
    assert [(finding.code, finding.line) for finding in found] == [("SLW506", 2)]


def test_another_pin_for_an_old_python(tmp_path):
    """Where setup.py chooses, a newer Python is not held back."""
    (tmp_path / "app.py").write_text(SOCKETS)
    (tmp_path / "setup.py").write_text('sanic = "sanic==18.12.0" if old else "sanic>=22.9"\n')
    assert check([str(tmp_path)], Settings()).findings == []


def test_pin_files_are_found(tmp_path):
    """Requirements of any name are looked at; an unreadable one is reported."""
    (tmp_path / "requirements-dev.txt").write_text("sanic==20.12.7\n")
    (tmp_path / "requirements").mkdir()
    (tmp_path / "notes.txt").write_text("sanic==20.12.7\n")
    (tmp_path / "constraints.txt").write_bytes(b"sanic\xff\n")
    found = check([str(tmp_path)], Settings()).findings
    assert [finding.code for finding in found] == ["SLW001", "SLW506"]


@pytest.mark.parametrize(("code", "found"), [(SOCKETS, ["SLW506"]), ("import sanic\n", [])])
def test_a_project_without_a_websocket(tmp_path, code, found):
    """A pin keeps no websocket back where there is none; it is told beside one."""
    (tmp_path / "requirements.txt").write_text("sanic==20.12.7\n")
    (tmp_path / "app.py").write_text(code)
    assert [finding.code for finding in check([str(tmp_path)], Settings()).findings] == found


def test_a_comment_silences_a_pin(tmp_path):
    """As in Python."""
    path = tmp_path / "requirements.txt"
    path.write_text("sanic==20.12.7  # slw: ignore[SLW506]\n")
    assert check([str(path)], Settings()).findings == []
