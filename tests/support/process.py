"""Processes of servers under test: new ones, and forks of a Python that has Sanic imported."""

from __future__ import annotations

import atexit
import contextlib
import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import IO, Sequence

from .waiting import eventually

TEMPLATE = Path(__file__).resolve().parent / "template.py"


class Process:
    """One started process that leads a session. Its id is its own until `kill` has returned."""

    def __init__(self, pid: int) -> None:
        self.pid = pid
        self.returncode: int | None = None

    def ended(self) -> bool:
        raise NotImplementedError

    def reap(self) -> int:
        """The exit code of a process that has ended or is about to."""
        raise NotImplementedError

    def wait(self, timeout: float) -> None:
        """Return when it has ended; subprocess.TimeoutExpired after timeout seconds."""
        expired = subprocess.TimeoutExpired(str(self.pid), timeout)
        eventually(self.ended, timeout, every=0.005, error=lambda _: expired)

    def send_signal(self, number: int) -> None:
        if not self.ended():
            os.kill(self.pid, number)

    def kill(self) -> int:
        """End it and its children at once, and give its exit code; again: the code only."""
        if self.returncode is None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.pid, signal.SIGKILL)
            self.wait(10)
            self.returncode = self.reap()
        return self.returncode


class NewProcess(Process):
    """A child of this process: `kill` reaps it, nothing else does."""

    def __init__(self, command: Sequence[str], cwd: str, env: dict[str, str], log: str) -> None:
        with open(log, "wb") as file:
            self._popen = subprocess.Popen(
                command,
                cwd=cwd,
                env=env,
                stdin=subprocess.DEVNULL,
                stdout=file,
                stderr=subprocess.STDOUT,
                start_new_session=True,
            )
        super().__init__(self._popen.pid)

    def ended(self) -> bool:
        if self.returncode is not None:
            return True
        if not hasattr(os, "waitid"):  # PyPy: from here on the id may be that of another
            return self._popen.poll() is not None
        return os.waitid(os.P_PID, self.pid, os.WEXITED | os.WNOHANG | os.WNOWAIT) is not None

    def reap(self) -> int:
        return self._popen.wait(10)


class ForkedProcess(Process):
    """A fork of a template, whose keeper writes the exit code into a file."""

    def __init__(self, pid: int, code: Path) -> None:
        super().__init__(pid)
        self._code = code

    def ended(self) -> bool:
        return self.returncode is not None or (
            self._code.exists() and self._code.read_text().endswith("\n")
        )

    def reap(self) -> int:
        return int(self._code.read_text())

    def kill(self) -> int:
        if self.returncode is None and self.ended():
            self.returncode = self.reap()  # by its keeper already: the id is free
        return super().kill()


class Template:
    """A Python with modules imported, and with options and a module path of its own."""

    def __init__(self, options: Sequence[str], env: dict[str, str], modules: Sequence[str]) -> None:
        self._popen = subprocess.Popen(
            [sys.executable, *options, str(TEMPLATE), *modules],
            # -X dev has a debug allocator, with which a fork's exit crashes on Python 3.8.
            env={**env, "PYTHONMALLOC": "pymalloc"},
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            start_new_session=True,
        )
        atexit.register(self._end)

    def fork(self, argv: Sequence[str], cwd: str, env: dict[str, str], log: str) -> ForkedProcess:
        """Run `python argv...`; what it writes goes to log, the exit code to log + ".exit"."""
        code = Path(log + ".exit")
        with contextlib.suppress(FileNotFoundError):
            code.unlink()
        open(log, "wb").close()
        order = {"argv": argv, "cwd": cwd, "env": env, "log": log, "exit": str(code)}
        orders, answers = self._pipes()
        orders.write(json.dumps(order).encode() + b"\n")
        orders.flush()
        return ForkedProcess(int(answers.readline()), code)

    def _pipes(self) -> tuple[IO[bytes], IO[bytes]]:
        assert self._popen.stdin is not None
        assert self._popen.stdout is not None
        return self._popen.stdin, self._popen.stdout

    def _end(self) -> None:
        for pipe in self._pipes():
            pipe.close()
        self._popen.wait(10)


_templates: dict[object, Template] = {}


def fork(
    options: Sequence[str],
    argv: Sequence[str],
    modules: Sequence[str],
    cwd: str,
    env: dict[str, str],
    log: str,
) -> ForkedProcess:
    """`python options... argv...` by a template for these options, modules and PYTHONPATH."""
    key = (*options, *modules, env["PYTHONPATH"])
    if key not in _templates:
        _templates[key] = Template(options, env, modules)
    return _templates[key].fork(argv, cwd, env, log)
