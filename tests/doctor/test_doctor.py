"""The doctor: real servers, real processes, and what it says of those that do not work."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest
import websockets.version

from sanic_legacy_ws import cli
from sanic_legacy_ws._compat.combinations import version
from sanic_legacy_ws.doctor.installed import installed
from sanic_legacy_ws.doctor.roundtrip import Working
from tests.support import sanic_version
from tests.support.server import _package_root


def doctor(*arguments, first=()):
    """Run the command, with folders that Python looks into before all others."""
    path = [*map(str, first), *_package_root()]
    return subprocess.run(
        [sys.executable, "-m", "sanic_legacy_ws", "doctor", *arguments],
        capture_output=True,
        text=True,
        timeout=60,
        env={**os.environ, "PYTHONPATH": os.pathsep.join(path)},
    )


def lines(done, title):
    """The lines of a section, by name."""
    found = json.loads(done.stdout)["sections"][title]
    return {line["name"]: (line["state"], line["says"]) for line in found}


@pytest.fixture(scope="module")
def here():
    """What the doctor says of this environment."""
    return doctor("--format", "json")


def test_all_well(here):
    """A handshake, an echo, a close and a clean stop, each seen; exit code 0."""
    assert here.returncode == 0, here.stdout + here.stderr
    trip = lines(here, "Round trip on the loopback")
    assert list(trip) == ["handshake", "echo", "close", "failure", "stop"]
    assert {state for state, _ in trip.values()} == {"well"}
    assert json.loads(here.stdout)["well"] is True


def test_versions(here):
    """The versions are those that are installed."""
    found = lines(here, "Versions")
    assert version(found["Sanic"][1]) == sanic_version[:2]
    assert found["websockets"] == ("plain", websockets.version.version)
    assert {"sanic-legacy-ws", "Python", "uvloop", "httptools", "libcst"} <= set(found)


def test_what_serves(here):
    """The hook, the loop and the masking are those of the server that ran."""
    found = {name: says for name, (_, says) in lines(here, "In a running server").items()}
    assert found["hook"].startswith("WebSocketProtocol for Sanic's, in sanic.")
    assert ("httptools" in found["HTTP"]) is (sanic_version < (21, 3))
    assert found["object"].endswith(".SanicWebSocket")
    assert "Loop" in found["loop"]
    assert "permessage-deflate" in found["compression"]


def test_text():
    """The same for people: a line each, and at the end what it comes to."""
    done = doctor()
    assert done.returncode == 0
    assert "\n+ handshake  101" in done.stdout
    assert done.stdout.splitlines()[-1].startswith("All well")


def test_without_the_c_extension(tmp_path):
    """A websockets without its C function is told, and served without."""
    code = 'import sys\nsys.modules["websockets.speedups"] = None\n'
    (tmp_path / "sitecustomize.py").write_text(code)
    done = doctor("--format", "json", first=[tmp_path])
    assert done.returncode == 0, done.stdout
    assert lines(done, "In a running server")["masking"][1].startswith("in Python")


def test_a_sanic_that_cannot_be_imported(tmp_path):
    """Broken: the doctor itself needs no Sanic, and tells the last line of the traceback."""
    (tmp_path / "sanic.py").write_text("raise ImportError('cannot import CLOSED')\n")
    install(tmp_path, "sanic", "21.9.3")
    install(tmp_path, "websockets", "13.1")
    done = doctor("--format", "json", first=[tmp_path])
    assert done.returncode == 1
    state, says = lines(done, "Round trip on the loopback")["server"]
    assert (state, says) == ("broken", "does not start: ImportError: cannot import CLOSED")
    told = together(done)  # on Python 3.14 there is another
    assert {state for state, _ in told} <= {"broken", "note"}
    assert 'pip install "websockets<11"' in "".join(says for _, says in told)


def test_a_combination_that_only_sanic_suffers_from(tmp_path):
    """Sanic 22.12 with websockets 17: its own object answers 500; this package works."""
    install(tmp_path, "sanic", "22.12.0")
    install(tmp_path, "websockets", "17.4")
    done = doctor("--format", "json", first=[tmp_path])
    assert done.returncode == 0, done.stdout
    (name,) = lines(done, "Combinations")
    assert name.startswith("Sanic 22.12.0 with websockets 17.4")
    state, says = together(done)[0]
    assert state == "note"
    assert says.startswith("Sanic's own object answers 500. Solution: this package works")


def test_versions_that_nobody_has_tried(tmp_path):
    """A Sanic and a websockets that are in no table: said, not guessed."""
    install(tmp_path, "sanic", "99.6.0")
    install(tmp_path, "websockets", "99.0")
    done = doctor("--format", "json", first=[tmp_path])
    assert together(done)[:2] == [
        ("note", "not tested with this package: Sanic 99.6 (20.12 to 25.12 are)"),
        ("note", "not tested with this package: websockets 99 (8 to 17 are)"),
    ]


@pytest.mark.parametrize("answers", [True, False])
def test_what_keeps_a_sanic_from_answering(answers, tmp_path, monkeypatch):
    """It is told of one that does not answer, whether it could be imported or not."""
    install(tmp_path, "sanic", "20.12.7")
    install(tmp_path, "websockets", "17.4")
    monkeypatch.syspath_prepend(tmp_path)
    told = [line.says for line in installed(Working(answers, []))[1].lines]
    assert any('pip install "websockets<17"' in says for says in told) is not answers


def together(done):
    """What is said of the versions together, in order."""
    found = json.loads(done.stdout)["sections"]["Combinations"]
    return [(line["state"], line["says"]) for line in found]


def install(folder, name, number):
    """Metadata as pip writes it, for importlib to find before the real."""
    info = folder / f"{name}-{number}.dist-info"
    info.mkdir()
    text = f"Metadata-Version: 2.1\nName: {name}\nVersion: {number}\n"
    (info / "METADATA").write_text(text)


@pytest.mark.parametrize("arguments", [["--format", "xml"], ["--factory"], ["nonsense"]])
def test_wrong_arguments(arguments, capsys):
    """Exit code 2, and how to use it."""
    with pytest.raises(SystemExit) as ended:
        cli.main(["doctor", *arguments])
    assert ended.value.code == 2
    assert "usage: sanic-legacy-ws doctor" in capsys.readouterr().err
