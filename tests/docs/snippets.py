"""Run what a page of the documentation shows: `python -m tests.docs.snippets page.md`.

Python blocks are written to a module, in order: `server.py`, or what a comment says,
`<!-- file: NAME -->`. A comment `<!-- check MODULE:APP` serves that app by the command line and
runs the code up to `-->` against it; without an app it runs the code alone. Shell blocks are run
line by line; a command that serves has its port 8000 replaced, and is ended when the next check
is over. A module that nothing else used is imported at the end. A block that cannot be run here
says so in a comment in front of it, `<!-- not run: REASON -->`. A `console` block has commands that
take minutes: of them only the files and modules of this repository are looked for.
"""

from __future__ import annotations

import contextlib
import json
import os
import re
import shlex
import shutil
import subprocess
import sys
import tempfile
import textwrap
import time
import urllib.error
import urllib.request
from pathlib import Path
from typing import Any, Iterator, NamedTuple

from tests.support import manager
from tests.support.ports import free_port

ROOT = Path(__file__).resolve().parent.parent.parent
PROGRAM = [sys.executable, "-m", "sanic_legacy_ws"]
SERVES = re.compile(r"(sanic-legacy-ws run|sanic-legacy-ws demo|sanic |python [a-z_]+\.py)")
SETS = re.compile(r"[A-Z_]+=")
FINDS = {"check", "report", "--diff"}  # their status is 1 if they found something
PIECE = re.compile(
    r"<!-- (?P<word>file:|check|not run:) *(?P<argument>[^\n]*?)(?:\n(?P<code>.*?))? *-->"
    r"|^```(?P<language>[^\n]*)\n(?P<block>.*?)^```$",
    re.S | re.M,
)
GENERATED = re.compile(
    r"^<!-- ([a-z-]+)[^\n]*: written by docs/generate\.py -->\n.*?^<!-- /\1 -->", re.S | re.M
)  # what it shows has tests of its own
SETTING = {
    "nginx",
    "dockerfile",
    "ini",
    "text",
    "toml",
    "yaml",
}  # written to the file that is named


class Piece(NamedTuple):
    """A block or a comment of a page, at its line."""

    kind: str  # a language, or file, check, not run
    argument: str
    text: str
    line: int


def pieces(text: str) -> Iterator[Piece]:
    """The pieces of a page that somebody wrote, in order."""
    text = GENERATED.sub(lambda found: "\n" * found[0].count("\n"), text)
    for found in PIECE.finditer(text):
        line = text.count("\n", 0, found.start()) + 1
        if found["word"]:
            yield Piece(found["word"].rstrip(":"), found["argument"], found["code"] or "", line)
        else:
            yield Piece(found["language"], "", found["block"], line)


class Peer:
    """A server to talk to."""

    port: int

    def get(self, path: str, **headers: str) -> str:
        """The body of a GET."""
        url = f"http://127.0.0.1:{self.port}{path}"
        request = urllib.request.Request(url, headers=headers)
        with urllib.request.urlopen(request, timeout=10) as answer:
            return answer.read().decode()

    def connect(self, path: str, **arguments: Any) -> Any:
        """A client of the websockets library."""
        from websockets.sync.client import connect

        return connect(f"ws://127.0.0.1:{self.port}{path}", **arguments)

    def answers(self) -> bool:
        """Whether it answers over HTTP, with whatever status."""
        try:
            self.get("/")
        except urllib.error.HTTPError:
            return True
        except OSError:
            return False
        return True


class Running(Peer):
    """A server that a page starts."""

    def __init__(
        self, command: list[str], folder: Path, port: int, variables: dict[str, str]
    ) -> None:
        self.port, self.folder = port, folder
        self._log = open(str(folder / "log"), "w+")  # noqa: SIM115
        self._process = subprocess.Popen(
            command,
            cwd=str(folder),
            env={**environment(), **variables},
            stdout=self._log,
            stderr=self._log,
            start_new_session=True,
        )
        self._wait()

    @property
    def log(self) -> str:
        return (self.folder / "log").read_text()

    def _wait(self) -> None:
        deadline = time.monotonic() + 30
        while "Starting worker" not in self.log or not self.answers():
            assert self._process.poll() is None, self.log
            assert time.monotonic() < deadline, self.log
            time.sleep(0.05)

    def stop(self) -> None:
        # A manager that has just started its workers does not bear a signal (Sanic 22.9 on).
        time.sleep(2 if "Goin' Fast" in self.log or self.log.count("Starting worker") > 1 else 0.2)
        manager.send_signal(self._process.pid)
        code = self._process.wait(20)
        self._log.close()
        assert code == 0, self.log


@contextlib.contextmanager
def nginx(server: Peer, path: Path, listens: int) -> Iterator[Peer]:
    """An nginx with this configuration in front of a server; skipped where there is none."""
    if shutil.which("nginx") is None:
        print("no nginx is installed")
        yield server
        return
    proxy = Peer()
    proxy.port = free_port()
    text = path.read_text().replace("8000", str(server.port)).replace(str(listens), str(proxy.port))
    path.write_text(f"daemon off; error_log stderr; pid {path}.pid;\n" + text)
    process = subprocess.Popen(["nginx", "-e", "stderr", "-c", str(path), "-p", str(path.parent)])
    try:
        deadline = time.monotonic() + 10
        while not proxy.answers():
            assert process.poll() is None
            assert time.monotonic() < deadline
            time.sleep(0.05)
        yield proxy
    finally:
        process.terminate()
        process.wait(10)


def systemd_unit(path: Path) -> None:
    """Have systemd verify a unit, with a command that exists; skipped where there is none."""
    if shutil.which("systemd-analyze") is None:
        print("no systemd is installed")
        return
    path.write_text(re.sub(r"/srv/\S+/sanic-legacy-ws", sys.executable, path.read_text()))
    command = ["systemd-analyze", "verify", "--man=no", str(path)]
    done = subprocess.run(command, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, timeout=60)
    assert done.returncode == 0, done.stdout.decode()
    assert path.name not in done.stdout.decode(), done.stdout.decode()


def environment() -> dict[str, str]:
    path = [str(ROOT), os.environ.get("PYTHONPATH", "")]
    return {**os.environ, "PYTHONPATH": os.pathsep.join(path), "PYTHONUNBUFFERED": "1"}


class Reader:
    """Reads one page."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.module = "server.py"
        self.unused: set[str] = set()
        self.excused = False
        self.server: Running | None = None
        self.variables: dict[str, str] = {}

    def read(self, text: str) -> None:
        try:
            for piece in pieces(text):
                self._read(piece)
            self._stop()
            for module in sorted(self.unused):
                self._command([sys.executable, "-c", f"import {module[:-3]}"])
        finally:
            if self.server is not None and self.server._process.poll() is None:
                self.server._process.kill()
                print(self.server.log)

    def _read(self, piece: Piece) -> None:
        if piece.kind == "not run":
            assert piece.argument, f"line {piece.line}: no reason"
            self.excused = True
        elif piece.kind == "file":
            self.module = piece.argument
        elif piece.kind == "check":
            self._check(piece)
        elif self.excused:
            self.excused = False
        elif piece.kind == "python":
            self._write(piece.text)
        elif piece.kind == "sh":
            self._shell(piece)
        elif piece.kind == "console":
            for word in re.findall(r"tests[./][\w./]+", piece.text):
                path = ROOT / word.replace(".", "/")
                found = (ROOT / word, path, path.with_suffix(".py"))
                assert any(candidate.exists() for candidate in found), f"there is no {word}"
        elif piece.kind in SETTING:
            if not self.module.endswith(".py"):
                (self.folder / self.module).write_text(piece.text)
        else:
            raise AssertionError(f"line {piece.line}: what is {piece.kind!r}?")

    def _write(self, code: str) -> None:
        if not self.module.endswith(".py"):
            self.module = "server.py"
        with open(str(self.folder / self.module), "a") as file:
            file.write(code + "\n")
        self.unused.add(self.module)

    def _check(self, piece: Piece) -> None:
        if piece.argument:
            self._stop()
            self._serve(["sanic-legacy-ws", "run", "--single-process", piece.argument])
        names = {"folder": self.folder, "server": self.server, "json": json}
        names.update(nginx=nginx, systemd_unit=systemd_unit)
        code = compile("\n" * piece.line + textwrap.dedent(piece.text), "check", "exec")
        exec(code, names)
        self._stop()

    def _shell(self, piece: Piece) -> None:
        for line in piece.text.replace("\\\n", " ").splitlines():
            if not line.strip() or line.startswith("#"):
                continue
            self._stop()
            words = shlex.split(line, comments=True)
            self.variables = dict(word.split("=", 1) for word in words if SETS.match(word))
            command = [word for word in words if not SETS.match(word)]
            if SERVES.match(" ".join(command)):
                self._serve(command)
            else:
                self._command(self._program(command))

    def _serve(self, command: list[str]) -> None:
        self.unused.difference_update(
            f"{word.partition(':')[0].partition('.')[0]}.py" for word in command
        )
        port = free_port()
        for path in self.folder.glob("*.py"):
            path.write_text(path.read_text().replace("port=8000", f"port={port}"))
        command = [word.replace("8000", str(port)) for word in self._program(command)]
        if "--port" not in command and "-m" in command:
            command += ["--port", str(port)]
        self.server = Running(command, self.folder, port, self.variables)

    def _program(self, command: list[str]) -> list[str]:
        if command[0] == "sanic-legacy-ws":
            return [*PROGRAM, *command[1:]]
        if command[0] == "python":
            return [sys.executable, *command[1:]]
        return command

    def _command(self, command: list[str]) -> None:
        done = subprocess.run(
            command,
            cwd=str(self.folder),
            env=environment(),
            timeout=60,
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
        )
        accepted = (0, 1) if FINDS & set(command) else (0,)
        assert done.returncode in accepted, (command, done.stdout.decode())

    def _stop(self) -> None:
        if self.server is not None:
            server, self.server = self.server, None
            server.stop()


def main(page: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        Reader(Path(folder)).read(page.read_text())


if __name__ == "__main__":
    main(Path(sys.argv[1]))
