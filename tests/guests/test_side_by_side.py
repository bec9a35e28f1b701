"""The how-to on FastAPI beside Sanic: its commands are run, on free ports."""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import signal
import socket
import subprocess
import sys
import time
from importlib.util import find_spec
from pathlib import Path
from urllib.request import urlopen

import pytest

from tests.support import RawClient, manager
from tests.support.ports import free_port
from tests.support.waiting import eventually

ROOT = Path(__file__).resolve().parent.parent.parent
EXAMPLES = ROOT / "examples" / "side_by_side"
PAGE = ROOT / "docs" / "how-to" / "fastapi-side-by-side.md"

pytestmark = pytest.mark.skipif(
    find_spec("fastapi") is None or find_spec("uvicorn") is None,
    reason="fastapi and uvicorn are not installed",
)


def commands():
    """The blocks of commands in the how-to."""
    blocks = re.findall(r"```sh\n(.*?)```", PAGE.read_text(), re.DOTALL)
    return [block.splitlines() for block in blocks]


@contextlib.contextmanager
def started(lines, port, log):
    """Run the commands of a block side by side, with our ports for theirs."""
    env = {**os.environ, "PORT": str(port), "PYTHONPATH": str(ROOT), "PYTHONUNBUFFERED": "1"}
    env.pop("PYTHONWARNINGS", None)
    processes = []
    try:
        with open(str(log), "wb") as output:
            for line in lines:
                line = line.replace("8001", str(port + 1)).replace("8000", str(port))
                command, *arguments = shlex.split(line)
                module = {"sanic-legacy-ws": "sanic_legacy_ws"}.get(command, command)
                if command != "python":
                    arguments = ["-m", module, *arguments]
                processes.append(
                    subprocess.Popen(
                        [sys.executable, *arguments],
                        cwd=str(EXAMPLES),
                        env=env,
                        stdout=output,
                        stderr=subprocess.STDOUT,
                        start_new_session=True,
                    )
                )
        yield processes
    finally:
        for process in processes:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(process.pid, signal.SIGKILL)
            process.wait(10)


def wait_for(port, log):
    """Return as soon as the server accepts."""
    eventually(lambda: accepts(port), 30, error=lambda _: AssertionError(log.read_text()))


def accepts(port):
    with socket.socket() as sock:
        return sock.connect_ex(("127.0.0.1", port)) == 0


def get(port, path):
    with urlopen(f"http://127.0.0.1:{port}{path}", timeout=10) as answer:
        return answer.read()


def check(sanic_port, fastapi_port, log):
    """Both serve HTTP and a WebSocket, and Sanic's listeners ran."""
    for port in {sanic_port, fastapi_port}:
        wait_for(port, log)
    assert get(sanic_port, "/") == b"Sanic"
    assert get(sanic_port, "/log") == b"started"
    assert json.loads(get(fastapi_port, "/items/7")) == {"item": 7}
    for port, path, answer in ((sanic_port, "/echo", "hello"), (fastapi_port, "/shout", "HELLO")):
        with RawClient(("127.0.0.1", port)) as client:
            client.handshake(path)
            client.send_text("hello")
            assert client.receive_message() == answer
            assert client.close(1000).close_code == 1000


@pytest.mark.parametrize(("block", "apart"), [(0, 0), (1, 1), (2, 1)])
def test_commands(block, apart, tmp_path):
    """Each block of commands starts both apps, and SIGTERM ends them without an error."""
    port, log = free_port(), tmp_path / "log"
    with started(commands()[block], port, log) as processes:
        check(port, port + apart, log)
        time.sleep(2)  # Sanic's manager cannot bear it sooner
        for process in processes:
            manager.send_signal(process.pid)
        for process in processes:
            assert process.wait(20) in (0, -signal.SIGTERM), log.read_text()
    assert "Traceback" not in log.read_text(), log.read_text()


def test_page_shows_the_examples():
    """The how-to includes each of the examples."""
    shown = re.findall(r"<!-- example (\S+):", PAGE.read_text())
    assert sorted(ROOT / path for path in shown) == sorted(EXAMPLES.glob("*.py"))
