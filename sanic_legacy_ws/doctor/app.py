"""How an app is served: what Sanic would do, with this package in front of it and without."""

from __future__ import annotations

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import Any

from .._compat.causes import cause_in
from .report import Line, Section, State
from .roundtrip import environment, last_line

BOUND = 60.0  # seconds for the app to be imported
OURS = "this package"
PACKAGE = "sanic_legacy_ws"
PLACE = re.compile(r'File "([^"]+)", line (\d+)')


class NotLoaded(Exception):
    """The app cannot be imported; says why."""


def examine(reference: str, factory: bool) -> list[Section]:
    """Return who serves the app ``reference``, its routes and its settings.

    It is imported twice, each time in a process of its own: as `sanic` would, and as
    `sanic-legacy-ws run` would.
    """
    title = f"App {reference}"
    try:
        served = _inspect(reference, factory, "install")
    except NotLoaded as exc:
        return [Section(title, [Line("app", f"cannot be loaded: {exc}", State.BROKEN)])]
    try:
        alone: dict[str, Any] | str = _inspect(reference, factory)
    except NotLoaded as exc:
        alone = str(exc)
    return [
        Section(title, _ways(reference, served, alone)),
        Section("WebSocket routes", _routes(served)),
        Section("Settings", _settings(served, alone)),
    ]


def _inspect(reference: str, factory: bool, *more: str) -> dict[str, Any]:
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "app.json"
        command = [sys.executable, "-m", "sanic_legacy_ws.doctor.inspection", reference, str(file)]
        command += [*more, *(["factory"] if factory else [])]
        try:
            done = subprocess.run(
                command,
                stdin=subprocess.DEVNULL,
                stdout=subprocess.DEVNULL,
                stderr=subprocess.PIPE,
                timeout=BOUND,
                env=environment(),
                start_new_session=True,  # a manager of Sanic's that gives up kills its group
            )
        except subprocess.TimeoutExpired:
            raise NotLoaded(f"its import takes longer than {BOUND:.0f} s") from None
        if not file.exists():
            raise NotLoaded(_failure(done.stderr))
        found: dict[str, Any] = json.loads(file.read_text(encoding="utf-8"))
        return found


def _failure(errors: bytes) -> str:
    """What a traceback says: the exception, where in the app's code it arose, and the rule."""
    said = last_line(errors)
    places = [place for place in PLACE.findall(errors.decode(errors="replace")) if _own(place[0])]
    cause = cause_in(said)
    where = f" ({places[-1][0]}, line {places[-1][1]})" if places else ""
    rule = f"; sanic-legacy-ws explain {cause.code}" if cause is not None else ""
    return f"{said}{where}{rule}"


def _own(file: str) -> bool:
    """Whether a file is the app's, and not Python's or a package's."""
    return not file.startswith("<") and not {"site-packages", "importlib", PACKAGE} & set(
        Path(file).parts
    )


def _ways(reference: str, served: dict[str, Any], alone: dict[str, Any] | str) -> list[Line]:
    """One line for each way to start it: who serves its WebSockets then."""
    lines = [Line(f"sanic-legacy-ws run {reference}", _by(served["native"]))]
    if isinstance(alone, str):
        cure = "call sanic_legacy_ws.install() first, or start it by sanic-legacy-ws run"
        return [
            *lines,
            Line("any other way", f"cannot be loaded: {alone}. Solution: {cure}", State.NOTE),
        ]
    lines.append(Line(f"sanic {reference}", _by(alone["native"])))
    lines.append(Line("an ASGI server", f"{alone['asgi']}, for ASGI"))
    for where, *by in alone["starts"]:
        lines.append(Line(f"protocol= at {where}", _by(by)))
        guest = by[0].startswith("guests") or by[0] == "the app's own"
        if guest and by[1] != served["native"][1]:
            lines.append(_other_protocol(reference, by[1]))
    return lines


def _other_protocol(reference: str, name: str) -> Line:
    """The app was written for a guest's protocol, and the command serves another."""
    protocol = ":".join(name.rsplit(".", 1))
    cure = f"sanic-legacy-ws run --protocol {protocol} {reference}"
    return Line(
        "another protocol", f"run serves what the app does not name; use {cure}", State.NOTE
    )


def _by(by: list[str]) -> str:
    whose, name = by
    return f"{whose} ({name})" if name else whose


def _routes(served: dict[str, Any]) -> list[Line]:
    lines = []
    for path, handler, subprotocols, guest in served["routes"]:
        says = handler
        says += f", subprotocols {', '.join(subprotocols)}" if subprotocols else ""
        says += f", guest {guest} where this package serves" if guest else ""
        lines.append(Line(path, says))
    for name in served["duplicates"]:
        says = f"several routes have the name {name}; sanic-legacy-ws explain SLW604"
        lines.append(Line("no start", says, State.BROKEN))
    return lines or [Line("none", "the app has no WebSocket route", State.NOTE)]


def _settings(served: dict[str, Any], alone: dict[str, Any] | str) -> list[Line]:
    if served["wrong"]:
        name = served["wrong"].split()[0].rstrip(":")
        return [Line(name, served["wrong"], State.BROKEN)]
    own = isinstance(alone, dict) and not _is_ours(alone)
    lines = []
    for key, value, origin, known in served["settings"]:
        ignored = own and not known and not origin.startswith("default")
        says = f"{value} ({origin})"
        if ignored:
            says += "; Sanic's own object ignores it"
        lines.append(Line(key, says, State.NOTE if ignored else State.PLAIN))
    return lines


def _is_ours(found: dict[str, Any]) -> bool:
    whose: str = found["native"][0]
    return whose == OURS
