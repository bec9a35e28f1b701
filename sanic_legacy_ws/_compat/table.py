"""What is supported and tested: the single source of tox.ini's matrix and of the docs' table."""

from __future__ import annotations

import re
from typing import Iterable, NamedTuple


class Environment(NamedTuple):
    """One tested combination.

    ``pins`` are what pip is given besides Sanic and websockets. ``own`` says how Sanic's own
    WebSocket object fares in it: "works", or what goes wrong.
    """

    python: str
    sanic: str
    websockets: str
    pins: tuple[str, ...] = ()
    loop: str = "uvloop"
    own: str = "works"

    @property
    def line(self) -> str:
        """The line of Sanic, such as ``22.03``."""
        year, month = self.sanic.split(".")[:2]
        return f"{year}.{int(month):02}"

    @property
    def name(self) -> str:
        """The environment's name in tox, such as ``py38-sanic2212``."""
        return f"py{self.python.replace('.', '')}-sanic{self.line.replace('.', '')}"


_TRACERITE = ("tracerite==1.1.1", "setuptools<81")  # Python 3.8 cannot use later releases

LINES = (
    Environment("3.8", "20.12.7", "==8.1"),
    Environment("3.8", "21.3.4", "==8.1"),
    Environment("3.9", "21.6.2", "==9.1"),
    Environment("3.8", "21.9.3", "<11"),
    Environment("3.8", "21.12.2", "<11"),
    Environment("3.9", "22.3.2", "<11"),
    Environment("3.10", "22.6.2", "<11"),
    Environment("3.11", "22.9.1", "<11"),
    Environment("3.8", "22.12.0", "==11.0.3"),
    Environment("3.8", "23.3.0", "==12.0", _TRACERITE),
    Environment("3.10", "23.6.0", "==13.1"),
    Environment("3.11", "23.12.2", "==13.1"),
    Environment("3.12", "24.6.0", "==13.1"),
    Environment("3.9", "24.12.1", "==13.1"),
    Environment("3.13", "25.3.0", "==15.0.1"),
    Environment("3.13", "25.12.1", "==17.4"),
)
"""One environment for each line of Sanic."""

CORNERS = (
    Environment("3.10", "25.12.1", "==16.1.1"),
    Environment("3.13", "22.3.2", "<11", ("setuptools<81",)),
    Environment("3.12", "25.12.1", "==17.4", loop="asyncio"),
    Environment("3.14", "25.12.1", "==17.4"),
    Environment("3.14", "24.12.1", "==17.4", own="garbage after the handshake"),
    Environment("3.15", "25.12.1", "==17.4", loop="asyncio"),
)
"""Other Pythons, websockets beyond what Sanic's own object can use, asyncio's own loop."""

ENVIRONMENTS = LINES + CORNERS

FIRST = {env.python: env for env in reversed(ENVIRONMENTS)}
"""The environment of each Python that also tests what does not depend on Sanic."""


def untested(sanic: str, websockets: str, python: str) -> list[str]:
    """Return what of these versions is in no environment, with what is.

    Of Sanic and Python the line counts, of websockets the first number: it has its changes there.
    """
    found = (
        ("Sanic", _numbers(sanic, 2), {_numbers(env.sanic, 2) for env in ENVIRONMENTS}),
        ("websockets", _numbers(websockets, 1), _websockets()),
        ("Python", _numbers(python, 2), {_numbers(env.python, 2) for env in ENVIRONMENTS}),
    )
    return [
        f"{name} {_dotted(number)} ({_dotted(min(tested))} to {_dotted(max(tested))} are)"
        for name, number, tested in found
        if number not in tested
    ]


def _websockets() -> set[tuple[int, ...]]:
    """The first numbers from the oldest to the newest that is tested; a bound is no release."""
    pinned = [_numbers(env.websockets, 1)[0] for env in ENVIRONMENTS if "=" in env.websockets]
    return {(number,) for number in range(min(pinned), max(pinned) + 1)}


def _numbers(version: str, count: int) -> tuple[int, ...]:
    return tuple(map(int, re.findall(r"\d+", version)[:count]))


def _dotted(numbers: Iterable[int]) -> str:
    return ".".join(map(str, numbers))
