"""The tutorial from Sanic 20.12 to the current one: every command, in environments of its own."""

from __future__ import annotations

import os
import re
import shlex
import shutil
import signal
import subprocess
import sys
import sysconfig
import time
from pathlib import Path

import pytest
from websockets.sync.client import connect

from tests.docs.snippets import pieces
from tests.support import sanic_version
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PAGE = ROOT / "docs" / "tutorial" / "upgrade-from-20-12.md"
OLD, NEW = "3.8", sys.executable
FIRST_NEW = "## Step 3"
OURS = re.compile(r"sanic-legacy-ws(\[|$)")
SERVES = ("sanic-legacy-ws run", "sanic server", "python server")

pytestmark = pytest.mark.skipif(sanic_version < (25, 12), reason="ends on the newest Sanic")


def uv():
    """The program uv, from the environment or the path."""
    beside = Path(sysconfig.get_path("scripts")) / "uv"
    found = str(beside) if beside.exists() else shutil.which("uv")
    if found is None:
        pytest.skip("uv is not installed")
    return found


class Environment:
    """A virtual environment of one Python, and what is typed in it."""

    def __init__(self, folder, name, python, wheel):
        self.folder, self.wheel = folder, wheel
        self.home = folder.parent / name
        made = subprocess.run([uv(), "venv", "-q", "-p", python, str(self.home)], **BOUND)
        if made.returncode:
            pytest.skip(f"no Python {python}: {made.stdout}")

    def pip(self, what, *arguments):
        """pip, by uv, with the package from its wheel."""
        names = [self.wheeled(word) if what == "install" else word for word in arguments]
        python = str(self.home / "bin" / "python")
        said = subprocess.run([uv(), "pip", what, "-q", "-p", python, *names], **BOUND)
        assert said.returncode == 0, said.stdout

    def wheeled(self, requirement):
        return f"{requirement} @ {self.wheel.as_uri()}" if OURS.match(requirement) else requirement

    def program(self, words):
        return [str(self.home / "bin" / words[0]), *words[1:]]

    def run(self, words):
        """The output of a command; a status of 1 says that something was found."""
        said = subprocess.run(self.program(words), cwd=str(self.folder), **SEPARATE)
        assert said.returncode in (0, 1), said.stdout + said.stderr
        return said.stdout

    def serve(self, words):
        """Start a server, chat over it, and end it."""
        port = free_port()
        app = self.folder / "server.py"
        text = app.read_text(encoding="utf-8")
        app.write_text(text.replace("port=8000", f"port={port}"), encoding="utf-8")
        more = [] if words[0] == "python" else ["--port", str(port)]
        log = self.folder.parent / "log"
        with open(str(log), "w") as output:
            server = subprocess.Popen(
                self.program([*words, *more]),
                cwd=str(self.folder),
                env=ENVIRONMENT,
                stdout=output,
                stderr=output,
                start_new_session=True,
            )
            try:
                chat(server, port, log)
            finally:
                os.killpg(server.pid, signal.SIGKILL)
                server.wait(10)
        app.write_text(text, encoding="utf-8")


# What this process was started with is not for the environments.
ENVIRONMENT = {
    name: value
    for name, value in os.environ.items()
    if name not in ("PYTHONPATH", "VIRTUAL_ENV", "PYTHONWARNINGS")
}
SEPARATE = {"capture_output": True, "text": True, "timeout": 120, "env": ENVIRONMENT}
BOUND = {
    "stdout": subprocess.PIPE,
    "stderr": subprocess.STDOUT,
    "text": True,
    "timeout": 120,
    "env": ENVIRONMENT,
}


def chat(server, port, log):
    """Two clients: both get what either says, and one still does when the other has gone."""
    deadline = time.monotonic() + 30
    while True:
        try:
            first = connect(f"ws://127.0.0.1:{port}/chat").__enter__()
            break
        except OSError:
            assert server.poll() is None, log.read_text()
            assert time.monotonic() < deadline, log.read_text()
            time.sleep(0.1)
    with first, connect(f"ws://127.0.0.1:{port}/chat") as second:
        first.send("one")
        assert (first.recv(timeout=10), second.recv(timeout=10)) == ("one", "one")
        second.close()
        first.send("two")
        assert first.recv(timeout=10) == "two", log.read_text()


@pytest.fixture(scope="module")
def wheel(tmp_path_factory):
    """The package, built."""
    folder = tmp_path_factory.mktemp("wheel")
    built = subprocess.run([uv(), "build", "-q", "--wheel", "-o", str(folder), str(ROOT)], **BOUND)
    assert built.returncode == 0, built.stdout
    (found,) = folder.glob("*.whl")
    return found


def test_every_step(tmp_path, wheel):
    """What the page says is typed, served and printed: on 20.12, on the newest, without us."""
    folder = tmp_path / "app"
    folder.mkdir()
    old = Environment(folder, "old", OLD, wheel)
    new = Environment(folder, "new", NEW, wheel)
    text = PAGE.read_text(encoding="utf-8")
    turn = text.count("\n", 0, text.index(FIRST_NEW))
    printed, ran = "", []
    for piece in pieces(text):
        here = old if piece.line < turn else new
        if piece.kind == "sh":
            for line in piece.text.splitlines():
                ran.append(line)
                printed = follow(here, line)
        else:
            take(folder, piece, printed)
    assert [line for line in ran if line.startswith(SERVES)] == [
        "python server.py",
        "sanic-legacy-ws run server:app",
        "python server.py",
        "sanic server:app",
    ]
    assert "sanic_legacy_ws" not in (folder / "server.py").read_text(encoding="utf-8")


def follow(environment, line):
    """Do what a line of a shell block says; return what it prints."""
    words = shlex.split(line)
    if words[0] == "pip":
        arguments = words[2:]
        if "-r" in arguments:
            path = environment.folder / arguments[arguments.index("-r") + 1]
            arguments = path.read_text(encoding="utf-8").split()
        environment.pip(words[1], *arguments)
        return ""
    if line.startswith(SERVES):
        environment.serve(words)
        return ""
    return environment.run(words)


def take(folder, piece, printed):
    """Take a block for a file, or for what was printed, or for what a person changes by hand."""
    app = folder / "server.py"
    if "SLW" in piece.text:
        assert piece.text == printed
    elif piece.kind == "text":
        (folder / "requirements.txt").write_text(piece.text, encoding="utf-8")
    elif not app.exists():
        app.write_text(piece.text, encoding="utf-8")
    elif piece.text.startswith("from "):
        assert piece.text in app.read_text(encoding="utf-8")
    else:
        changed = TELL.sub(lambda found: piece.text, app.read_text(encoding="utf-8"))
        app.write_text(changed, encoding="utf-8")


TELL = re.compile(r"^async def tell.*\n(?:    .*\n)+", re.M)
