"""The hook for pre-commit, as the documentation has it, in a repository of its own."""

from __future__ import annotations

import importlib.util
import os
import re
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from tests.docs.snippets import environment

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "how-to" / "leave-the-shim.md"

pytestmark = [
    pytest.mark.skipif(importlib.util.find_spec("pre_commit") is None, reason="no pre-commit"),
    pytest.mark.skipif(shutil.which("git") is None, reason="no git"),
]

APP = """
from sanic import Sanic
app = Sanic("a")

@app.websocket("/")
async def f(request, ws):
    {}
"""


@pytest.fixture
def commit(tmp_path):
    """`commit(app)`: what pre-commit says of a repository with the page's configuration."""
    text = PAGE.read_text(encoding="utf-8")
    config, settings = (re.search(rf"```{kind}\n(.*?)```", text, re.S)[1] for kind in KINDS)
    repository = tmp_path / "repository"
    repository.mkdir()
    (repository / ".pre-commit-config.yaml").write_text(config)
    (repository / "pyproject.toml").write_text(settings)
    programs = tmp_path / "bin"
    programs.mkdir()
    program = programs / "sanic-legacy-ws"
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m sanic_legacy_ws "$@"\n')
    program.chmod(0o755)
    variables = environment()
    variables.update(
        PATH=os.pathsep.join([str(programs), variables["PATH"]]),
        PRE_COMMIT_HOME=str(tmp_path / "home"),
        GIT_CONFIG_GLOBAL=os.devnull,
    )

    def run(*command):
        return subprocess.run(
            command,
            cwd=str(repository),
            env=variables,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            timeout=60,
        )

    def committed(app):
        (repository / "app.py").write_text(APP.format(app))
        assert run("git", "init", "-q").returncode == 0
        assert run("git", "add", "-A").returncode == 0
        return run(sys.executable, "-m", "pre_commit", "run", "--all-files")

    return committed


KINDS = ("yaml", "toml")


def test_the_hook_stops_what_it_finds(commit):
    """A finding fails the hook and is shown."""
    done = commit("ws.open")
    assert done.returncode == 1, done.stdout
    assert "app.py:7:5: SLW301" in done.stdout


def test_the_hook_lets_the_rest_through(commit):
    """Without findings it passes."""
    done = commit("await ws.recv()")
    assert done.returncode == 0, done.stdout
    assert "Passed" in done.stdout


def test_the_hook_of_the_repository_is_the_same():
    """`.pre-commit-hooks.yaml` looks at the same files, by the same command."""
    page = PAGE.read_text(encoding="utf-8")
    for line in (ROOT / ".pre-commit-hooks.yaml").read_text(encoding="utf-8").splitlines():
        if re.match(r"\s*(- id|name|entry|types|files):", line):
            assert line.lstrip(" -") in page
