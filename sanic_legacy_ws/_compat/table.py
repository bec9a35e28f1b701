"""What is supported and tested: the single source of tox.ini's matrix and of the docs' table."""

from __future__ import annotations

from typing import NamedTuple


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
    Environment("3.12", "24.12.1", "==17.4", own="garbage behind the handshake"),
    Environment("3.12", "25.12.1", "==17.4", loop="asyncio"),
)
"""The oldest Sanic on the newest Python, websockets too new for Sanic, asyncio's own loop."""

ENVIRONMENTS = LINES + CORNERS
