"""``[tool.sanic-legacy-ws]`` of pyproject.toml."""

from __future__ import annotations

import sys
from dataclasses import dataclass, fields, replace
from pathlib import Path
from typing import Any

from .model import NEWEST, Confidence, Direction, Release, Target
from .rules import BY_CODE, HOUSEKEEPING

TABLE = "sanic-legacy-ws"
POLICIES = {"raise": "raise", "cancel": "cancel"}


class SettingsError(Exception):
    """A setting that makes no sense, with the file it stands in."""


@dataclass(frozen=True)
class Settings:
    """What to look for. ``select`` and ``ignore`` are codes or beginnings of codes.

    ``exclude`` leaves out files found in folders; ``force_exclude``, those named outright too.
    ``on_disconnect`` is the app's WEBSOCKET_ON_DISCONNECT, where its code does not set it.
    """

    to: Direction = Direction.SHIM
    sanic: Release = NEWEST
    select: tuple[str, ...] = ()
    ignore: tuple[str, ...] = ()
    exclude: tuple[str, ...] = ()
    force_exclude: bool = False
    confidence: Confidence = Confidence.POSSIBLE
    on_disconnect: str | None = None

    @property
    def target(self) -> Target:
        return Target(self.to, self.sanic, self.on_disconnect)

    def wants(self, code: str) -> bool:
        selected = not self.select or code.startswith(self.select)
        return selected and not (self.ignore and code.startswith(self.ignore))

    def updated(self, given: dict[str, Any]) -> Settings:
        """With what was given elsewhere, spelled as in the file; None is not given."""
        known = {field.name for field in fields(self)}
        unknown = sorted(set(given) - known)
        if unknown:
            raise SettingsError(
                f"unknown setting {unknown[0]!r}; there are {', '.join(sorted(known))}"
            )
        said = {name: _convert(name, value) for name, value in given.items() if value is not None}
        return replace(self, **said)


def _convert(name: str, value: Any) -> Any:
    try:
        if name == "to":
            return Direction(value)
        if name == "sanic":
            return Release.parse(str(value))
        if name == "confidence":
            return Confidence[str(value).upper()]
        if name == "on_disconnect":
            return POLICIES[str(value)]
    except (ValueError, KeyError) as error:
        raise SettingsError(f"{name} = {value!r}: {error}") from error
    if name == "force_exclude":
        if not isinstance(value, bool):
            raise SettingsError("force-exclude must be true or false")
        return value
    if not isinstance(value, (list, tuple)) or not all(isinstance(item, str) for item in value):
        raise SettingsError(f"{name} must be a list of strings")
    if name in ("select", "ignore"):
        return tuple(_code(name, item) for item in value)
    return tuple(value)


def _code(name: str, text: str) -> str:
    """A code, or what codes begin with, in capitals."""
    code = text.strip().upper()
    if not code or not any(known.startswith(code) for known in (*BY_CODE, *HOUSEKEEPING)):
        raise SettingsError(f"{name}: no rule has the code {text!r}; see `sanic-legacy-ws rules`")
    return code


def find_pyproject(start: Path) -> Path | None:
    """The nearest pyproject.toml at or above ``start``."""
    start = start.resolve()
    folders = (start, *start.parents) if start.is_dir() else start.parents
    return next((f / "pyproject.toml" for f in folders if (f / "pyproject.toml").is_file()), None)


def load(start: Path) -> Settings:
    """The settings for a path; the defaults where no file says anything."""
    path = find_pyproject(start)
    if path is None:
        return Settings()
    text = path.read_text(encoding="utf-8", errors="replace")
    if TABLE not in text:
        return Settings()
    try:
        table = parse_toml(text).get("tool", {}).get(TABLE, {})
        return Settings().updated({key.replace("-", "_"): value for key, value in table.items()})
    except (ValueError, SettingsError) as error:
        raise SettingsError(f"{path}: {error}") from error


def parse_toml(text: str) -> dict[str, Any]:
    """Needs Python 3.11, or tomli; SettingsError says so."""
    if sys.version_info >= (3, 11):
        import tomllib
    else:
        try:
            import tomli as tomllib
        except ImportError as error:
            need = "reading settings needs Python 3.11 or the package tomli"
            raise SettingsError(f"{need}; the same settings exist as options") from error
    return dict(tomllib.loads(text))
