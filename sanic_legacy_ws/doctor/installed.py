"""Which versions are installed, and what is known of them together."""

from __future__ import annotations

import platform
import sys
import sysconfig
from importlib.metadata import PackageNotFoundError, version

from .._compat import combinations
from .._compat.combinations import Reach
from .._compat.table import untested
from .._compat.version import __version__
from .report import Line, Section, State
from .roundtrip import Working

NEEDED = ("Sanic", "websockets")
USED = ("uvloop", "httptools")
EXTRAS = {"libcst": "migrate", "wsproto": "wsproto", "picows": "picows"}


def installed(working: Working) -> list[Section]:
    """Return what is installed, and the bad combinations among it.

    ``working`` tells whether Sanic answers at all: for some combinations there are ways to get it
    to, which no version number shows.
    """
    sections = [Section("Versions", _versions()), Section("Combinations", _combinations(working))]
    return [section for section in sections if section.lines]


def _versions() -> list[Line]:
    system = f"{platform.python_implementation()}, {platform.system()} {platform.machine()}"
    lines = [
        Line("sanic-legacy-ws", __version__),
        Line("Python", f"{platform.python_version()} ({system})"),
    ]
    for name in NEEDED:
        found = _version(name)
        lines.append(Line(name, found or "not installed", State.PLAIN if found else State.BROKEN))
    lines += [Line(name, _version(name) or "not installed") for name in USED]
    for name, extra in EXTRAS.items():
        lines.append(Line(name, f"{_version(name) or 'not installed'} (extra [{extra}])"))
    return lines


def _version(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _combinations(working: Working) -> list[Line]:
    sanic, websockets = map(_version, NEEDED)
    if sanic is None or websockets is None:
        return []
    known = combinations.matching(
        combinations.version(sanic), combinations.version(websockets), sys.version_info[:2]
    )
    together = _together(sanic, websockets)
    lines = [
        Line(together, f"{bad.trouble}. Solution: {bad.cure}", _state(bad.reach))
        for bad in known
        if (bad.reach is Reach.OWN) is working.answers
    ]
    lines += [
        Line(together, f"not tested with this package: {what}", State.NOTE)
        for what in [*untested(sanic, websockets, platform.python_version()), *_other_python()]
    ]
    return lines or [Line(together, "nothing bad is known of them")]


def _other_python() -> list[str]:
    """What is not as in the Python that is tested: CPython with its lock."""
    name = platform.python_implementation()
    unlocked = sysconfig.get_config_var("Py_GIL_DISABLED")
    return [*([name] if name != "CPython" else []), *(["free threading"] if unlocked else [])]


def _together(sanic: str, websockets: str) -> str:
    python = ".".join(map(str, sys.version_info[:2]))
    return f"Sanic {sanic} with websockets {websockets} on Python {python}"


def _state(reach: Reach) -> State:
    return State.NOTE if reach is Reach.OWN else State.BROKEN
