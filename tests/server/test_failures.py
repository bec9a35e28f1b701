"""The command, for an app that does not start on the installed Sanic."""

from __future__ import annotations

import os
import signal
import subprocess
import sys

import pytest

pytest.importorskip("sanic")

from tests.support import sanic_version
from tests.support.ports import free_port

APP = "from sanic import Sanic\nfrom sanic.response import text\n\napp = Sanic('fails')\n"
FEED = "@app.websocket('/feed')\nasync def feed(request, ws): ...\n"
LISTENER = "@app.listener('before_server_start')\nasync def start(app, loop):\n    app.x = 1\n"


def said(folder, code):
    """The exit code and the lines of output of the command."""
    (folder / "fails.py").write_text(code)
    command = [sys.executable, "-m", "sanic_legacy_ws", "run", "fails:app"]
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    process = subprocess.Popen(
        [*command, "--host", "127.0.0.1", "--port", str(free_port())],
        cwd=folder,
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        start_new_session=True,  # Sanic's manager kills its process group
    )
    try:
        output = process.communicate(timeout=60)[0].decode(errors="replace")
    finally:
        if process.poll() is None:
            os.killpg(process.pid, signal.SIGKILL)
    return process.returncode, output.splitlines()


@pytest.mark.parametrize(
    ("since", "code", "rule", "why"),
    [
        ((21, 12), f"{APP}app.x = 1\n", "SLW601", "Setting variables"),
        # up to 22.12 the manager waits for the worker that is gone, that of 23.3 kills it meanwhile
        ((23, 6), f"{APP}{FEED}{LISTENER}", "SLW601", "Setting variables"),
        ((23, 6), f"{APP}{FEED}{FEED.replace('/feed', '/more')}", "SLW604", "Duplicate route"),
    ],
)
def test_the_rule_stands_behind_the_traceback(tmp_path, since, code, rule, why):
    """One line, behind what Sanic says itself."""
    if sanic_version < since:
        pytest.skip("Sanic takes it")
    status, lines = said(tmp_path, code)
    told = [number for number, line in enumerate(lines) if line.startswith("sanic-legacy-ws run: ")]
    ours = [number for number in told if lines[number].endswith(f"explain {rule}")]
    assert status != 0
    assert len(ours) == 1
    assert any(why in line for line in lines[: ours[0]])


@pytest.mark.skipif(sanic_version < (22, 9), reason="workers are spawned since 22.9")
def test_an_app_that_starts_itself(tmp_path):
    """Told before Sanic's manager would kill the process group, with the place."""
    status, lines = said(tmp_path, f"{APP}{FEED}app.run(port=1)\n")
    assert status == 1
    assert "explain SLW606" in lines[-1]
    assert lines[-1].endswith("fails.py, line 7)")
