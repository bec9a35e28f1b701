"""The files of a code base, and websockets that go from one of them to another."""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator
from pathlib import Path, PurePath

from .facts import Outgoing, Shared
from .flow import Follower
from .source import Unreadable, read_source
from .syntax import FUNCTIONS, Module

SKIPPED = frozenset(
    {".git", ".hg", ".tox", ".nox", ".venv", "venv", "env", "node_modules", "__pycache__"}
    | {".mypy_cache", ".ruff_cache", ".pytest_cache", "site-packages", "build", "dist", ".eggs"}
)
PINS = re.compile(r"pyproject\.toml|(.*requirements.*|constraints.*)\.(txt|in)", re.IGNORECASE)
# What a file must contain to be worth parsing; all rules look for one of these words.
WORTH = re.compile(rb"websocket|_ws\b|\bws\b|sanic", re.IGNORECASE)
CHAINS = 6  # modules that a websocket is followed through


def is_pin_file(path: Path) -> bool:
    return PINS.fullmatch(path.name) is not None


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
    """All modules, and their websockets followed through all of them."""

    def __init__(self) -> None:
        self.shared = Shared()
        self.followers: dict[str, Follower] = {}
        self.unreadable: list[Unreadable] = []
        self._definers: dict[str, list[Follower]] = {}

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
        self.followers[module.path] = Follower(module, self.shared)
        if module.imports_from("sanic"):
            self.shared.sanic = True

    def follow(self) -> None:
        """Follow within every module, then from one to the next, until nothing is new."""
        self._definers = {}
        for follower in self.followers.values():
            for name in follower.facts.known.top_level():
                self._definers.setdefault(name, []).append(follower)
        todo = list(self.followers.values())
        given: set[tuple[str, Outgoing]] = set()
        for _ in range(CHAINS):
            for follower in todo:
                follower.run()
            todo = self._hand_over(given)
            if not todo:
                return

    def look(self, path: str, source: str) -> Follower:
        """One module with other text, among the others as they are."""
        known = self.followers[path]
        if known.module.source != source:
            module = Module(path, source, known.module.name)
            self.followers[path] = known = Follower(module, self.shared)
            self.follow()
        return known

    def _hand_over(self, given: set[tuple[str, Outgoing]]) -> list[Follower]:
        """Pass what leaves a module to those that define what it is given to."""
        reached: dict[str, Follower] = {}
        for path, follower in self.followers.items():
            for going in follower.facts.outgoing:
                if (path, going) not in given:
                    given.add((path, going))
                    for receiver in self._receivers(follower, going):
                        reached[receiver.module.path] = receiver
        return list(reached.values())

    def _receivers(self, sender: Follower, going: Outgoing) -> Iterator[Follower]:
        if going.origin.startswith(".") and going.origin.count(".") == 1:
            names = [n.rpartition(".")[2] for n in sender.module.origins.values()]
            for name in names:
                yield from self._give_method(sender, name, going)
            return
        parts = going.origin.split(".")
        for depth in (1, 2):  # function or class; method of a class
            name = parts[-depth] if len(parts) >= depth else ""
            for receiver in self._definers.get(name, []):
                if receiver is not sender and _fits(receiver.module, parts[:-depth]):
                    yield from self._give(receiver, name, parts[-1] if depth == 2 else "", going)

    def _give(
        self, receiver: Follower, name: str, method: str, going: Outgoing
    ) -> Iterator[Follower]:
        callee = receiver.facts.known.top_level()[name]
        body = getattr(callee, "body", [])
        if method:
            found = [f for f in body if isinstance(f, FUNCTIONS) and f.name == method]
            for function in found:
                skip = receiver.facts.known.skips(function)
                receiver.facts.give(function, going.place, skip, going.trace)
            if not found:
                return
        else:
            receiver.facts.give(callee, going.place, 0, going.trace)
        yield receiver

    def _give_method(self, sender: Follower, name: str, going: Outgoing) -> Iterator[Follower]:
        """``room.join(ws)``, where ``Room``, or something that makes one, is imported."""
        for receiver in self._definers.get(name, []):
            if receiver is not sender:
                yield from self._give(receiver, name, going.origin[1:], going)


def _fits(module: Module, origin: list[str]) -> bool:
    """Whether an import ``from origin import ...`` may mean this module."""
    wanted = [part for part in origin if part]
    have = module.name.split(".")
    if not wanted or not module.name:
        return True
    return wanted[-1] in have or have[0] in wanted
