"""What a process that serves has loaded, reported by the process itself."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from collections import Counter

import pytest

pytest.importorskip("sanic")

from sanic_legacy_ws.usage.ledger import Report, load
from tests.support import RawClient, running, sanic_version
from tests.support.server import APPS

WAYS = ["protocol", "install", "cli"]


@pytest.fixture(scope="module", params=WAYS)
def loaded(request, tmp_path_factory):
    """Names of the modules that a serving process has, and of our own that hold a syntax tree."""
    report = tmp_path_factory.mktemp("report") / "uses.json"
    options = {"way": request.param, "env": {"SANIC_LEGACY_WS_REPORT": str(report)}}
    with running("loaded", **options) as server, RawClient(server) as client:
        client.handshake("/")
        modules = client.receive_message().split()
        readers = client.receive_message().split()
    return modules, readers


def test_no_migration(loaded):
    """Neither the checker nor the fixer is loaded, with the report at run time on."""
    modules, _ = loaded
    assert "sanic_legacy_ws.usage.instrument" in modules
    assert [name for name in modules if name.startswith("sanic_legacy_ws.migration")] == []


def test_no_syntax_tree(loaded):
    """libcst is not loaded; ast is, by Sanic itself, and no module of this package uses it."""
    modules, readers = loaded
    assert "libcst" not in modules
    assert readers == []


def test_workers_without_a_use(tmp_path):
    """Each worker writes that it used nothing, though no WebSocket was ever opened."""
    report = tmp_path / "uses.json"
    options = {"workers": 2, "single_process": False} if sanic_version >= (22, 9) else {}
    with running("loaded", way="cli", env={"SANIC_LEGACY_WS_REPORT": str(report)}, **options):
        assert load(report) == Report(Counter(), options.get("workers", 1))


def test_a_report_that_cannot_be_written(tmp_path):
    """The command says so in one line, before it serves, and its exit code is 1."""
    report = tmp_path / "nowhere" / "uses.json"
    command = [sys.executable, "-m", "sanic_legacy_ws", "run", "loaded:app", "--port", "1"]
    environment = {**os.environ, "SANIC_LEGACY_WS_REPORT": str(report), "PYTHONPATH": path()}
    ended = subprocess.run(
        command, env=environment, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60
    )
    *_, last = ended.stdout.decode().splitlines()
    assert ended.returncode == 1
    assert last.startswith("sanic-legacy-ws run: LEGACY_WS_REPORT cannot be written: ")
    assert str(report.parent) in last


def path():
    """Where the apps of the tests and the package are."""
    return os.pathsep.join([str(APPS), *filter(None, sys.path)])


def test_a_report_whose_folder_goes(tmp_path):
    """Handlers that use the old API go on as before; the log says it once."""
    folder = tmp_path / "folder"
    folder.mkdir()
    options = {"env": {"SANIC_LEGACY_WS_REPORT": str(folder / "uses.json")}, "strict": False}
    with running("recorded", **options) as server:
        shutil.rmtree(folder)
        for _ in range(2):
            with RawClient(server) as client:
                client.handshake("/old")
                client.send_text("late")
                assert client.receive_message() == "late!"
        assert server.log.count("No usage report is written") == 1
