"""A real Sanic server in a process of its own, started from a module in tests/apps."""

from __future__ import annotations

import contextlib
import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any, Iterable, Iterator

import pytest

from . import manager
from .ports import free_port
from .process import NewProcess, Process, fork
from .tls import Certificate
from .versions import sanic_version
from .waiting import eventually

SUPPORT = Path(__file__).resolve().parent
APPS = SUPPORT.parent / "apps"
START_TIMEOUT = 30.0
STOP_TIMEOUT = 25.0
# Sanic 22.9 and later hang when SIGTERM comes before every worker has reported to the manager.
WORKERS_SETTLE = 2.0
# What a worker logs right before it runs its loop for good; a SIGTERM before that can get lost.
WORKER_RUNS = "Worker ready [" if sanic_version >= (25, 12) else "Starting worker ["
STRICT = ("-X", "dev", "-W", "error::ResourceWarning")
# What a template has imported; nothing in them changes Sanic before it is called.
PRELOADED = ("sanic", "sanic_legacy_ws", "sanic_legacy_ws.server")
# What a leak leaves in a log, whatever the handlers do.
LEAKS = (
    "ResourceWarning",
    "Exception ignored",
    "Task was destroyed",
    "was never awaited",
)
# Sanic's reloader leaves its loop to the garbage collector, up to Python 3.11 with a traceback.
_LEFT_BY_RELOADER = "BaseEventLoop.__del__"
# A race in Sanic itself, with a traceback of nothing but Sanic (seen on 22.12 to 25.12).
_MANAGER_FAILED = "in _sync_states"
NOT_IN_ENVIRONMENT = ("PYTHONPATH", "PYTHONWARNINGS", "PYTEST_CURRENT_TEST")


class ServerFailedError(Exception):
    """The server did not start, stop or report in time; the text holds its log."""


class Server:
    """One started server; use it through `running` or the `server` fixture.

    app: module name in tests/apps, or "module:attribute".
    way: "protocol" (app.run(protocol=...)), "install" (sanic_legacy_ws.install()),
        "cli" (python -m sanic_legacy_ws run), "stock" (what Sanic itself would do).
    protocol: "module:Class" given to app.run when way is "protocol".
    workers: 1 is a single process unless single_process=False, which on Sanic 22.9
        and later means a manager with one worker.
    loop: "uvloop" or "asyncio".
    tls: a Certificate. unix: listen on a socket file (`unix_path`), not on a port.
    config: goes into app.config (by SANIC_ variables when way is "cli").
    run: more arguments for app.run; those that this Sanic does not know are left out.
    cli: more arguments for the command line. env: more environment variables.
    path: folders that are looked into for modules first.
    strict: run with -X dev, and with ResourceWarning as an error; False where speed counts.
    """

    def __init__(
        self,
        app: str,
        *,
        way: str = "protocol",
        protocol: str = "sanic_legacy_ws:WebSocketProtocol",
        workers: int = 1,
        single_process: bool | None = None,
        loop: str = os.environ.get("SLW_TEST_LOOP", "uvloop"),
        tls: Certificate | None = None,
        unix: bool = False,
        access_log: bool = False,
        config: dict[str, Any] | None = None,
        run: dict[str, Any] | None = None,
        cli: list[str] | None = None,
        env: dict[str, str] | None = None,
        path: Iterable[str | Path] = (),
        strict: bool = True,
    ) -> None:
        self.app = app if ":" in app else app + ":app"
        self.way, self.protocol, self.workers, self.loop = way, protocol, workers, loop
        self.single_process = workers == 1 if single_process is None else single_process
        self.tls, self.access_log = tls, access_log
        self.python: tuple[str, ...] = STRICT if strict else ()
        self.preloaded: tuple[str, ...] = PRELOADED
        self.config, self.extra_run = dict(config or {}), dict(run or {})
        self.extra_cli, self.extra_env = list(cli or []), dict(env or {})
        self.path = [str(folder) for folder in path]
        self.folder = Path(tempfile.mkdtemp(prefix="slw-"))
        self.unix_path = str(self.folder / "socket") if unix else None
        self.host, self.port = "127.0.0.1", 0
        self._process: Process | None = None
        self._events: list[dict[str, Any]] = []
        self._offset = 0
        self._ready_at = 0.0

    # -- what a test reads ------------------------------------------------

    @property
    def pid(self) -> int:
        return self._running().pid

    @property
    def log(self) -> str:
        """All that the server and its workers wrote to stdout and stderr so far."""
        path = self.folder / "log"
        return path.read_text(errors="replace") if path.exists() else ""

    @property
    def alive(self) -> bool:
        return self._process is not None and not self._process.ended()

    @property
    def leaks(self) -> list[str]:
        """Lines of the log that tell of something left behind: none, unless Sanic is on its own."""
        lines = [] if self.way == "stock" else self.log.splitlines()
        if self.extra_run.get("auto_reload"):
            lines = [line for line in lines if _LEFT_BY_RELOADER not in line]
        return [line for line in lines if any(leak in line for leak in LEAKS)]

    def events(self, event: str | None = None, **fields: Any) -> list[dict[str, Any]]:
        """The events reported so far with this name and these fields, oldest first."""
        self._read_events()
        wanted = dict(fields, event=event) if event else fields
        return [seen for seen in self._events if _matches(seen, wanted)]

    def wait_event(self, event: str, timeout: float = 10.0, **fields: Any) -> dict[str, Any]:
        """The first event with this name and these fields; ServerFailedError after timeout."""
        found: list[dict[str, Any]] = eventually(
            lambda: self.events(event, **fields),
            timeout,
            every=0.005,
            error=lambda _: self._failure(f"no event {event} {fields}; saw {self._events}"),
        )
        return found[0]

    def wait_log(self, text: str, timeout: float = 10.0) -> None:
        """Return when the log contains text; ServerFailedError after timeout seconds."""
        said = f"no {text!r} in the log"
        eventually(lambda: text in self.log, timeout, error=lambda _: self._failure(said))

    # -- life -------------------------------------------------------------

    def start(self) -> Server:
        """Start and wait until every worker accepts; another port is tried once or twice."""
        for attempt in range(3):
            self.port = free_port()
            self._launch()
            try:
                eventually(self._ready, START_TIMEOUT, error=self._not_ready)
            except ServerFailedError:
                self.kill()
                if attempt == 2 or "address already in use" not in self.log.lower():
                    raise
            else:
                self._ready_at = time.monotonic()
                return self
        raise AssertionError("unreachable")

    def restart(self) -> None:
        """Start again, on the port that it had, what has been stopped."""
        self._launch()
        eventually(self._ready, START_TIMEOUT, error=self._not_ready)
        self._ready_at = time.monotonic()

    def send_signal(self, number: int = signal.SIGTERM) -> None:
        """Signal the main process, not before a started manager can bear it."""
        if not self.single_process and sanic_version >= (22, 9):
            time.sleep(max(0.0, self._ready_at + WORKERS_SETTLE - time.monotonic()))
            manager.send_signal(self.pid, number)
        else:
            self._running().send_signal(number)

    def wait(self, timeout: float = STOP_TIMEOUT) -> int:
        """The exit code, or ServerFailedError after timeout seconds; leaves no process."""
        try:
            self._running().wait(timeout)
        except subprocess.TimeoutExpired:
            raise self._failure(f"did not exit in {timeout} s") from None
        finally:
            code = self.kill()
        if code and _MANAGER_FAILED in self.log:
            from .client import RawClient  # which needs this module

            RawClient.disconnect_all()
            pytest.skip("Sanic's manager failed as it asked for the state of a worker")
        return code

    def stop(self, number: int = signal.SIGTERM, timeout: float = STOP_TIMEOUT) -> int:
        """Signal the server and give its exit code; log and events stay readable."""
        self.send_signal(number)
        return self.wait(timeout)

    def kill(self) -> int:
        """End the process and all its children at once; its exit code."""
        return self._running().kill()

    def close(self) -> None:
        """End the server whatever its state and remove its files."""
        if self._process is not None:
            self.kill()
        shutil.rmtree(str(self.folder), ignore_errors=True)

    # -- inner ------------------------------------------------------------

    def _running(self) -> Process:
        assert self._process is not None, "the server was not started"
        return self._process

    def _launch(self) -> None:
        argv = self._cli_arguments() if self.way == "cli" else self._launch_arguments()
        where = str(APPS), self._environment(), str(self.folder / "log")
        if self._forks():
            self._process = fork(self.python, argv, self.preloaded, *where)
        else:
            self._process = NewProcess([sys.executable, *self.python, *argv], *where)

    def _forks(self) -> bool:
        """Whether a fork will do: not for a command line, not where Sanic starts processes."""
        # A template for one server saves nothing.
        own_path = bool(self.path) or "PYTHONPATH" in self.extra_env
        return self.single_process and self.way != "cli" and not own_path

    def _launch_arguments(self) -> list[str]:
        options = {"app": self.app, "way": self.way, "protocol": self.protocol}
        options.update(config=self.config, run=self._run_arguments())
        return [str(SUPPORT / "launch.py"), json.dumps(options)]

    def _run_arguments(self) -> dict[str, Any]:
        if self.unix_path:
            address: dict[str, Any] = {"unix": self.unix_path}
        else:
            address = {"host": self.host, "port": self.port}
        if self.tls:
            address["ssl"] = {"cert": str(self.tls.cert), "key": str(self.tls.key)}
        return {
            **address,
            "workers": self.workers,
            "single_process": self.single_process,
            "access_log": self.access_log,
            "motd": False,
            **self.extra_run,
        }

    def _cli_arguments(self) -> list[str]:
        command = ["-m", "sanic_legacy_ws", "run"]
        if self.unix_path:
            command += ["--unix", self.unix_path]
        else:
            command += ["--host", self.host, "--port", str(self.port)]
        if self.tls:
            command += ["--cert", str(self.tls.cert), "--key", str(self.tls.key)]
        if self.single_process and sanic_version >= (22, 9):
            command += ["--single-process"]
        elif "--fast" not in self.extra_cli:
            command += ["--workers", str(self.workers)]
        command += ["--access-logs"] if self.access_log else ["--no-access-logs"]
        return [*command, *self.extra_cli, self.app]

    def _environment(self) -> dict[str, str]:
        env = {k: v for k, v in os.environ.items() if k not in NOT_IN_ENVIRONMENT}
        path = [*self.path, str(APPS), *_package_root()]
        if self.loop == "asyncio":
            path.insert(0, str(SUPPORT / "no_uvloop"))
            env["SANIC_USE_UVLOOP"] = "false"
        env.update(PYTHONPATH=os.pathsep.join(path), PYTHONUNBUFFERED="1", SANIC_MOTD="false")
        env["TEST_EVENTS"] = str(self.folder / "events")
        if self.way == "cli":
            assert None not in self.config.values(), "a SANIC_ variable cannot say None"
            env.update({"SANIC_" + key: str(value) for key, value in self.config.items()})
        env.update(self.extra_env)
        return env

    def _ready(self) -> bool:
        if not self.alive:
            raise self._failure(f"exited with {self.kill()}")
        return self.log.count(WORKER_RUNS) >= self.workers and self._accepts()

    def _accepts(self) -> bool:
        family = socket.AF_UNIX if self.unix_path else socket.AF_INET
        with socket.socket(family, socket.SOCK_STREAM) as sock:
            sock.settimeout(2)
            return sock.connect_ex(self.unix_path or (self.host, self.port)) == 0

    def _not_ready(self, _: Any) -> ServerFailedError:
        return self._failure("not ready")

    def _failure(self, what: str) -> ServerFailedError:
        return ServerFailedError(f"{self.app}: {what}\n--- log\n{self.log}")

    def _read_events(self) -> None:
        path = self.folder / "events"
        if not path.exists():
            return
        with open(str(path), "rb") as file:
            file.seek(self._offset)
            whole, newline, _ = file.read().rpartition(b"\n")
        self._offset += len(whole) + len(newline)
        self._events += [json.loads(line) for line in whole.splitlines()]


@contextlib.contextmanager
def running(app: str, **options: Any) -> Iterator[Server]:
    """A started `Server` for the block; options as there. Ended and cleaned at its end."""
    server = Server(app, **options)
    try:
        yield server.start()
        assert not server.leaks, server.log
    finally:
        server.close()


def _matches(seen: dict[str, Any], wanted: dict[str, Any]) -> bool:
    return all(seen.get(key) == value for key, value in wanted.items())


def _package_root() -> list[str]:
    """Where this process found the package, if a new process would not find it there."""
    try:
        import sanic_legacy_ws
    except ImportError:
        return []
    root = str(Path(sanic_legacy_ws.__file__).resolve().parent.parent)
    return [] if Path(root).name in ("site-packages", "dist-packages") else [root]
