"""The usage ledger: which old-only API an app really uses, and where.

Every process writes its own part, ``FILE.PID-START``, by writing a temporary file and renaming
it, so a process that is killed loses at most the counts of its last second, and no site. One that
uses nothing old writes an empty part when it starts. Reading ``FILE`` merges all parts.
"""

from __future__ import annotations

import atexit
import json
import logging
import os
import sys
import time
import warnings
from collections import Counter
from collections.abc import Iterator, Mapping
from functools import lru_cache
from pathlib import Path
from types import FrameType
from typing import NamedTuple

from .names import TITLES

logger = logging.getLogger("sanic_legacy_ws")

FORMAT = 1
INTERVAL = 1.0  # seconds between two writings, when only counts have changed
OURS = frozenset({"sanic", "sanic_legacy_ws", "websockets", "asyncio"})
INSIDE = frozenset({"sanic", "sanic_legacy_ws"})


class LegacyWebSocketWarning(FutureWarning):
    """An app uses what Sanic's own websocket does not have. Shown by default."""


class Use(NamedTuple):
    """One way in which one line uses the old API."""

    code: str
    name: str
    file: str
    line: int


def package(frame: FrameType) -> str:
    """The top-level package of the code that a frame runs."""
    return str(frame.f_globals.get("__name__", "")).partition(".")[0]


def call_site(depth: int = 1) -> FrameType | None:
    """The first frame, from ``depth`` frames up, outside Sanic, this package and its peers.

    None where this package or Sanic itself is what asks.
    """
    frame: FrameType | None = sys._getframe(depth + 1)
    if frame is not None and package(frame) in INSIDE:
        return None
    while frame is not None and package(frame) in OURS:
        frame = frame.f_back
    return frame


class Ledger:
    """Counts uses by rule and call site.

    ``path`` is where they are written (None: nowhere); with ``warn``, every site is also
    reported once as a LegacyWebSocketWarning.
    """

    def __init__(self, path: str | os.PathLike[str] | None = None, warn: bool = False) -> None:
        self.path = Path(path) if path is not None else None  # None as well once writing failed
        self.warn = warn
        self.counts: Counter[Use] = Counter()
        self._warned: set[Use] = set()
        self._part = ""  # the name of this process's part of the file
        self._written = 0.0  # when it was written last, in seconds of the monotonic clock
        self._begin()
        atexit.register(self.save)
        if hasattr(os, "register_at_fork"):
            os.register_at_fork(after_in_child=self._begin)

    def _begin(self) -> None:
        """A new process counts from zero into a part of its own."""
        self.counts.clear()
        self._part = f"{os.getpid()}-{time.time_ns()}"
        self._written = 0.0

    def record(self, code: str, name: str, depth: int = 1) -> None:
        """Count one use of ``name``, against rule ``code``.

        ``depth`` says whose use it is: 0 the caller's, 1 that of who called the caller. Uses by
        Sanic or by this package do not count. Raises LegacyWebSocketWarning where warnings are
        errors.
        """
        frame = call_site(depth + 1)
        if frame is not None:
            self.note(Use(code, name, frame.f_code.co_filename, frame.f_lineno))

    def note(self, use: Use) -> None:
        """Count one use at a known site."""
        self.counts[use] += 1
        now = time.monotonic()
        if self.counts[use] == 1 or now - self._written >= INTERVAL:
            self.save()
        if self.warn and use not in self._warned:
            say = f"{use.name}: {TITLES[use.code]} ({use.code})"
            warnings.warn_explicit(say, LegacyWebSocketWarning, use.file, use.line)
            self._warned.add(use)

    def save(self) -> None:
        """Write this process's part. Where that fails, log it: it is not tried again.

        Who calls is a handler, or the end of the process: neither is to suffer from it.
        """
        try:
            self.write()
        except OSError as error:
            logger.warning("No usage report is written from now on: %s", error)

    def write(self) -> None:
        """Write this process's part, without uses where there were none.

        OSError where that fails, once: from then on, nothing is written.
        """
        self._written = time.monotonic()
        uses = [{**use._asdict(), "count": count} for use, count in self.counts.copy().items()]
        self._write(json.dumps({"format": FORMAT, "uses": uses}))

    def try_out(self) -> None:
        """Raise OSError where a part could not be written; leave nothing behind."""
        self._write(None)

    def _write(self, content: str | None) -> None:
        if self.path is None:
            return
        part = self.path.with_name(f"{self.path.name}.{self._part}")
        temporary = part.with_name(f"{part.name}.new")
        try:
            temporary.write_text(content or "", encoding="utf-8")
            if content is None:
                temporary.unlink()
            else:
                os.replace(temporary, part)
        except OSError:
            self.path = None
            raise


def configured(config: Mapping[str, object]) -> Ledger | None:
    """This process's ledger, as settings ask for one; None for none.

    ``LEGACY_WS_REPORT`` is the file, ``LEGACY_WS_WARN`` turns warnings on. Sanic reads both from
    the environment as well, with its prefix ``SANIC_``; so does this, where Sanic does not.
    """
    file = config.get("LEGACY_WS_REPORT") or os.environ.get("SANIC_LEGACY_WS_REPORT")
    warn = config.get("LEGACY_WS_WARN") or os.environ.get("SANIC_LEGACY_WS_WARN")
    return _ledger(str(file) if file else None, bool(warn)) if file or warn else None


@lru_cache(maxsize=None)  # classes, and apps of one process with one file, count together
def _ledger(file: str | None, warn: bool) -> Ledger:
    return Ledger(file, warn)


class Report(NamedTuple):
    """What all processes used, and how many they were."""

    uses: Counter[Use]
    processes: int


def parts(path: Path) -> Iterator[Path]:
    """The file itself and the parts of all processes."""
    if path.is_file():
        yield path
    if path.parent.is_dir():
        beginning = f"{path.name}."
        for found in sorted(path.parent.iterdir()):
            if found.name.startswith(beginning) and not found.name.endswith(".new"):
                yield found


def load(path: Path) -> Report:
    """All parts, merged. FileNotFoundError without any, ValueError for what is none."""
    merged: Counter[Use] = Counter()
    found = list(parts(path))
    if not found:
        raise FileNotFoundError(path)
    for part in found:
        merged.update(_read(part))
    return Report(merged, len(found))


def _read(part: Path) -> Counter[Use]:
    try:
        content = json.loads(part.read_text(encoding="utf-8"))
        if content["format"] != FORMAT:
            raise ValueError(f"{part.name} has format {content['format']}, not {FORMAT}")
        return Counter({_use(entry): int(entry["count"]) for entry in content["uses"]})
    except (KeyError, TypeError) as error:
        raise ValueError(f"{part.name} is not a usage report") from error


def _use(entry: dict[str, object]) -> Use:
    return Use(str(entry["code"]), str(entry["name"]), str(entry["file"]), int(str(entry["line"])))


def table(report: Report) -> str:
    """Uses as a table, the most frequent first, and what they amount to."""
    rows = [("uses", "code", "what", "where")]
    for use, count in sorted(report.uses.items(), key=lambda pair: (-pair[1], pair[0])):
        rows.append((str(count), use.code, use.name, f"{use.file}:{use.line}"))
    widths = [max(len(row[column]) for row in rows) for column in range(3)]
    lines = [
        f"{row[0]:>{widths[0]}}  {row[1]:<{widths[1]}}  {row[2]:<{widths[2]}}  {row[3]}"
        for row in rows
    ]
    return "\n".join([*(lines if report.uses else []), _verdict(report)]) + "\n"


def _verdict(report: Report) -> str:
    sites = len({(use.file, use.line) for use in report.uses})
    say = f"{_many(sites, 'site')}, {_many(report.processes, 'process', 'processes')}"
    if not sites:
        return f"{say}: nothing that was used has to change."
    return f"{say}: what still has to change."


def _many(number: int, one: str, more: str = "") -> str:
    return f"{number} {one if number == 1 else more or f'{one}s'}"
