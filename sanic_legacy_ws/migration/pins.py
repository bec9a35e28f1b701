"""SLW506: looks for pins in requirements, pyproject.toml and Pipfile."""

from __future__ import annotations

import re
from collections.abc import Iterator

from .model import Confidence, Finding, Release, Target

CODE = "SLW506"
PACKAGES = r"(?P<name>sanic|websockets)"
# sanic==20.12.7, "sanic[ext]<21.9", and sanic = "^20.12", as Poetry and Pipenv write it
REQUIREMENT = re.compile(
    rf"(?<![\w.-]){PACKAGES}(?:\[[^\]]*\])?\s*(?P<spec>(?:(?:==|<=|<|~=|===)\s*[\d.*]+|"
    r"(?:>=|>|!=)\s*[\d.*]+\s*,?\s*)+)",
    re.IGNORECASE,
)
TABLE = re.compile(
    rf"^\s*{PACKAGES}\s*=\s*.*?[\"'](?P<spec>[\^~]?[\d<>=!~^][^\"']*)[\"']", re.IGNORECASE
)
TABLES = (".toml", "Pipfile")
UPPER = re.compile(r"(?P<sign>==|<=|<|~=|===|\^|~|^)\s*(?P<version>\d+(?:\.\d+)*)")
LAST_OLD_SANIC = Release(21, 6)
OLD_WEBSOCKETS = 10


def find_pins(path: str, text: str, target: Target) -> Iterator[Finding]:
    """One finding for each line that keeps Sanic or websockets on an old release."""
    if not names_sanic(text):
        return
    for number, line in enumerate(text.splitlines(), 1):
        code = line.split("#", 1)[0]
        match = REQUIREMENT.search(code) or (TABLE.match(code) if path.endswith(TABLES) else None)
        say = _judge(match) if match else None
        if match and say:
            start, end = match.span()
            yield Finding(
                path, number, start + 1, CODE, say, Confidence.CERTAIN, None, number, end + 1
            )


def names_sanic(text: str) -> bool:
    return re.search(r"(?<![\w.-])sanic(?![\w.-])", text, re.IGNORECASE) is not None


def old_pin(text: str) -> str | None:
    """What is wrong with the first requirement in ``text``, if it is an old pin."""
    match = REQUIREMENT.search(text)
    return _judge(match) if match else None


def _judge(requirement: re.Match[str]) -> str | None:
    name, spec = requirement["name"].lower(), requirement["spec"]
    for match in UPPER.finditer(spec.strip()):
        if match["sign"] == "" and match.start() != 0:
            continue
        parts = [int(part) for part in match["version"].split(".")] + [0]
        compatible = match["sign"] in ("~=", "^") and match["version"].count(".") == 1
        if name == "sanic" and compatible and parts[0] >= LAST_OLD_SANIC.year:
            continue  # ~=21.3 allows all of 21
        if name == "sanic" and _old_sanic(match["sign"], Release(parts[0], parts[1])):
            return f"{name} {spec.strip()} keeps the app on the old websocket"
        if name == "websockets" and _old_websockets(match["sign"], parts):
            return f"{name} {spec.strip()} keeps the app off Python 3.10 and newer"
    return None


def _old_sanic(sign: str, version: Release) -> bool:
    if sign == "<":
        return version <= Release(21, 9)
    return version <= LAST_OLD_SANIC


def _old_websockets(sign: str, version: list[int]) -> bool:
    limit = OLD_WEBSOCKETS + 1 if sign == "<" and version[1] == 0 else OLD_WEBSOCKETS
    return version[0] < limit
