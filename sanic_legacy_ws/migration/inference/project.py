"""The files of a code base, and what is followed through them."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath
from typing import Any, Callable

from .apps import Apps
from .facts import Shared
from .following import Following
from .source import Unreadable, read_source
from .syntax import Module, Table
from .websockets import WebSockets

SKIPPED = frozenset(
    {".git", ".hg", ".tox", ".nox", ".venv", "venv", "env", "node_modules", "__pycache__"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", "site-packages", "build", "dist", ".eggs"}
)
PINS = re.compile(
    r"pyproject\.toml|Pipfile|(.*requirements.*|constraints.*)\.(txt|in)", re.IGNORECASE
)
# What a file must contain to be worth parsing; all rules look for one of these words. (An app's
# attributes are used in files that say `app` and nothing else.)
WORTH = re.compile(rb"websocket|_ws\b|\bws\b|sanic|\bapp\b", re.IGNORECASE)


def is_pin_file(path: Path) -> bool:
    """Whether requirements stand in a file; ``requirements`` may be the name of its folder."""
    listed = path.parent.name == "requirements" and path.suffix in (".txt", ".in")
    return listed or PINS.fullmatch(path.name) is not None


def collect(
    paths: Iterable[str], exclude: Iterable[str] = (), force_exclude: bool = False
) -> Iterator[Path]:
    """Python files and requirement files under ``paths``; a file named outright is taken as it is.

    ``exclude`` are glob patterns of paths, for files named outright only with ``force_exclude``,
    as where a hook names them. FileNotFoundError for a path that does not exist.
    """
    patterns = list(exclude)
    for name in paths:
        path = Path(name)
        if path.is_file():
            if not (force_exclude and _excluded(path, patterns)):
                yield path
        elif path.is_dir():
            yield from _walk(path, patterns)
        else:
            raise FileNotFoundError(name)


def _walk(top: Path, exclude: list[str]) -> Iterator[Path]:
    for folder, folders, files in os.walk(top):
        folders[:] = sorted(name for name in folders if name not in SKIPPED)
        for name in sorted(files):
            path = Path(folder, name)
            wanted = name.endswith((".py", ".pyi")) or is_pin_file(path)
            if wanted and not _excluded(path, exclude):
                yield path


def _excluded(path: Path, patterns: list[str]) -> bool:
    return any(PurePath(path).match(pattern) for pattern in patterns)


def dotted(path: Path) -> str:
    """The module name of a path, as far as packages go up from it."""
    parts = [] if path.name == "__init__.py" else [path.stem]
    folder = path.parent
    while (folder / "__init__.py").is_file() and folder.name:
        parts.insert(0, folder.name)
        folder = folder.parent
    return ".".join(parts)


class Project:
    """All modules of a code base, with its websockets and its apps followed through them."""

    def __init__(self) -> None:
        self.modules: dict[str, Module] = {}
        self.replaced: list[Module] = []  # as they were, while a fixer changes them
        self.sockets = Following(WebSockets, Shared())
        self.apps = Following(Apps, Shared())
        self.unreadable: list[Unreadable] = []
        self._known: dict[Any, Any] = {}  # what was worked out of the modules as they are

    def add(self, path: Path) -> None:
        """Read a file; one that cannot be read or parsed goes to ``unreadable``."""
        try:
            source = read_source(path, WORTH)
            if source is not None:
                self.add_module(Module(str(path), source, dotted(path)))
        except Unreadable as error:
            self.unreadable.append(error)
        except (SyntaxError, ValueError, RecursionError) as error:
            self.unreadable.append(Unreadable.from_syntax(str(path), error))

    def add_module(self, module: Module) -> None:
        """Take ``module``, in place of what stood under its path."""
        if module.path in self.modules:
            self.replaced.append(self.modules[module.path])
        self.modules[module.path] = module
        self._known.clear()
        for following in (self.sockets, self.apps):
            following.add(module)
            following.shared.sanic |= module.imports_from("sanic")

    def known(self, kind: Callable[[Project], Table]) -> Table:
        """``kind(self)``, worked out once, until a module changes."""
        if kind not in self._known:
            self._known[kind] = kind(self)
        found: Table = self._known[kind]
        return found

    def follow(self) -> None:
        """Follow everything, until nothing is new."""
        self.sockets.follow()
        self.apps.follow()

    def look(self, path: str, source: str) -> None:
        """Give one module another text, among the others as they are."""
        known = self.modules[path]
        if known.source != source:
            self.add_module(Module(path, source, known.name))
            self.follow()
