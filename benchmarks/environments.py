"""Which Python runs a server: this one, or an environment of its own, made once and kept."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Iterator

from benchmarks.servers import Server

OWN = {
    "sanic-21.6": (
        ("3.9", "3.8"),  # websockets 9.1 fails on 3.10 and later
        ("sanic==21.6.2", "websockets==9.1", "uvloop", "httptools"),
    )
}
VERSIONS = """
import json, sys
from importlib.metadata import PackageNotFoundError, version
found = {"python": sys.version.split()[0]}
for name in sys.argv[1:]:
    try:
        found[name] = version(name)
    except PackageNotFoundError:
        found[name] = None
print(json.dumps(found))
"""


class UnavailableError(Exception):
    """A server cannot be run here; the text says why."""


def _output(command: list[str], timeout: float = 30) -> str | None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=timeout, check=True)
    except (OSError, subprocess.SubprocessError):
        return None
    return done.stdout.strip()


def cache() -> Path:
    """Where environments are kept between runs."""
    base = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
    return Path(base) / "sanic-legacy-ws-benchmarks"


def _interpreters(versions: tuple[str, ...]) -> Iterator[str]:
    """Interpreters of these versions that really start, best first."""
    uv = shutil.which("uv")
    for version in versions:
        candidates = [shutil.which(f"python{version}")]
        candidates.append(_output([uv, "python", "find", version]) if uv else None)
        for python in filter(None, candidates):
            if _output([python, "-c", "import sys; print('%d.%d' % sys.version_info[:2])"]):
                yield python


def _make(name: str, python: str | None) -> str:
    """The interpreter of the environment `name`, made from `python` or the first that fits."""
    versions, requirements = OWN[name]
    home = cache() / name
    own = home / "bin" / "python"
    if (home / "ready").exists():
        return str(own)
    found = python or next(_interpreters(versions), None)
    if not found:
        raise UnavailableError(f"no Python {' or '.join(versions)} was found to run it")
    print(f"making an environment for {name} in {home}", file=sys.stderr)
    install = [str(own), "-m", "pip", "install", "--quiet", *requirements]
    for command in ([found, "-m", "venv", "--clear", str(home)], install):
        if _output(command, timeout=300) is None:
            raise UnavailableError(f"failed: {' '.join(command)}")
    (home / "ready").touch()
    return str(own)


def resolve(server: Server, pythons: dict[str, str]) -> tuple[str, dict[str, str]]:
    """The interpreter for `server` and the versions of what it needs.

    `pythons` maps environments to interpreters given by hand: one that has all that is needed
    is used as it is, another one serves to make the environment. Raises UnavailableError.
    """
    python = sys.executable
    if server.environment:
        given = pythons.get(server.environment)
        if given and not _missing(given, server):
            python = given
        else:
            python = _make(server.environment, given)
    missing = _missing(python, server)
    if missing:
        raise UnavailableError(f"not installed: {', '.join(missing)}")
    return python, _versions(python, server)


def _versions(python: str, server: Server) -> dict[str, str]:
    names = [name for name in server.needs if name != "sanic-legacy-ws"]  # may be a checkout
    output = _output([python, "-c", VERSIONS, *names, "uvloop"])
    if output is None:
        raise UnavailableError(f"{python} does not start")
    return dict(json.loads(output))


def _missing(python: str, server: Server) -> list[str]:
    return [name for name, version in _versions(python, server).items() if version is None]
