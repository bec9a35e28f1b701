"""Names the rule that tells what to do, where an app does not start, behind Sanic's own words."""

from __future__ import annotations

import logging
import sys
from types import FrameType
from typing import Any

from .._compat.causes import UNGUARDED, Cause, cause_of
from .._compat.sanic import SANIC

LOGGERS = ("sanic.error", "sanic.root")  # where Sanic logs what ends a start; the second to 21.3
_told: set[str] = set()  # codes that this process has named: a handler may fail again and again


def line(cause: Cause) -> str:
    """What to tell of a cause."""
    return f"sanic-legacy-ws run: {cause.title}; sanic-legacy-ws explain {cause.code}"


class Behind(logging.Handler):
    """Writes one line behind the record that is being handled, and goes."""

    def __init__(self, cause: Cause, logger: logging.Logger) -> None:
        super().__init__()
        self._cause = cause
        self._logger = logger

    def emit(self, record: logging.LogRecord) -> None:
        self._logger.removeHandler(self)
        print(line(self._cause), file=sys.stderr)


def look(record: logging.LogRecord) -> bool:
    """Look at what is logged, as a filter that lets all of it through."""
    error = record.exc_info[1] if isinstance(record.exc_info, tuple) else None
    cause = cause_of(error) if error is not None else None
    if cause is not None and cause.code not in _told:
        _told.add(cause.code)
        logger = logging.getLogger(record.name)
        logger.addHandler(Behind(cause, logger))
    return True


def tell_causes() -> None:
    """Have every failure that is logged in this process, or ends it, name its rule.

    A filter stays where Sanic's configuration of logging replaces all handlers.
    """
    for name in LOGGERS:
        logging.getLogger(name).addFilter(look)


def tell_of_the_end() -> None:
    """The same for an exception that nobody catches. After Sanic has set its own hook."""
    shown = sys.excepthook

    def hook(kind: Any, error: BaseException, trace: Any) -> None:
        shown(kind, error, trace)
        cause = cause_of(error)
        if cause is not None:
            print(line(cause), file=sys.stderr)

    sys.excepthook = hook


def refuse_unguarded(single_process: bool) -> None:
    """Raise SystemExit where the module of an app starts it while it is imported.

    Sanic's workers would import it again, and its manager kill its whole process group.
    """
    place = _importing()
    if place is not None and SANIC >= (22, 9) and not single_process:
        raise SystemExit(f"{line(UNGUARDED)} ({place.f_code.co_filename}, line {place.f_lineno})")


def _importing() -> FrameType | None:
    """The frame of a module outside Sanic that is being imported, and led to here."""
    frame: FrameType | None = sys._getframe()
    while frame is not None:
        name = str(frame.f_globals.get("__name__", ""))
        ours = name in ("__main__", "__mp_main__") or name.startswith(("sanic", "importlib"))
        if frame.f_code.co_name == "<module>" and not ours:
            return frame
        frame = frame.f_back
    return None
