"""Versions that are known not to go together, each with its cure.

Measured by real servers: every line of Sanic with websockets 8.1 to 17.4 on Python 3.8 to 3.13, and
with the websockets that it goes with on 3.14 and 3.15.
"""

from __future__ import annotations

import re
from enum import Enum
from typing import NamedTuple, Optional, Tuple

Version = Tuple[int, ...]
Bounds = Tuple[Optional[Version], Optional[Version]]
"""The first version, and the first one after; None for no bound."""

ANY: Bounds = (None, None)


class Reach(Enum):
    """What does not work in a bad combination."""

    ALL = "nothing works"
    OWN = "Sanic's own object fails"


class Combination(NamedTuple):
    """Releases of Sanic, websockets and Python that do not go together."""

    reach: Reach
    trouble: str
    cure: str
    sanic: Bounds
    websockets: Bounds = ANY
    python: Bounds = ANY

    def meets(self, sanic: Version, websockets: Version, python: Version) -> bool:
        """Whether these versions are such a combination."""
        return (
            _within(sanic, self.sanic)
            and _within(websockets, self.websockets)
            and _within(python, self.python)
        )


def version(text: str) -> Version:
    """Return the first two numbers of a version: ``(21, 6)`` for ``"21.6.2"``."""
    return tuple(int(part) for part in re.findall(r"\d+", text)[:2])


def _within(found: Version, bounds: Bounds) -> bool:
    first, after = bounds
    return (first is None or found >= first) and (after is None or found < after)


def matching(sanic: Version, websockets: Version, python: Version) -> list[Combination]:
    """Return the bad combinations that these versions are."""
    return [bad for bad in COMBINATIONS if bad.meets(sanic, websockets, python)]


HERE = "this package works"
GARBAGE = "garbage after the handshake"

COMBINATIONS = (
    Combination(
        Reach.ALL,
        "Sanic imports cgi, which Python 3.13 dropped",
        "use Python 3.8 or 3.9",
        sanic=((20, 12), (21, 3)),
        python=((3, 13), None),
    ),
    Combination(
        Reach.ALL,
        "Sanic cannot be imported: websockets 17 dropped what it imports",
        'pip install "websockets<17"',
        sanic=((20, 12), (21, 6)),
        websockets=((17,), None),
    ),
    Combination(
        Reach.OWN,
        "Sanic's own object fails: websockets 8 and 9 need Python 3.9 or earlier",
        f'{HERE}; or pip install "websockets>=10"',
        sanic=((20, 12), (21, 9)),
        websockets=(None, (10,)),
        python=((3, 10), None),
    ),
    Combination(
        Reach.ALL,
        "Sanic cannot be imported: websockets 8 lacks what it imports",
        'pip install "websockets==10.4"',
        sanic=((21, 6), None),
        websockets=(None, (9,)),
    ),
    Combination(
        Reach.OWN,
        "Sanic's own object answers 500",
        f'{HERE}; or pip install "websockets==10.4"',
        sanic=((21, 9), None),
        websockets=((9,), (10,)),
    ),
    Combination(
        Reach.ALL,
        "Sanic cannot be imported: websockets 11 dropped what it imports",
        'pip install "websockets<11"',
        sanic=((21, 9), (22, 12)),
        websockets=((11,), None),
    ),
    Combination(
        Reach.OWN,
        "recv() of Sanic's own object raises TypeError on Python 3.11 and later",
        f"{HERE}; or use Python 3.10",
        sanic=((21, 9), (22, 3)),
        python=((3, 11), None),
    ),
    Combination(
        Reach.ALL,
        "Sanic imports distutils, which Python 3.12 dropped",
        'pip install "setuptools<81"',
        sanic=((21, 12), (22, 12)),
        python=((3, 12), None),
    ),
    Combination(
        Reach.ALL,
        "Sanic answers no request: it reads its own source in a way that Python 3.14 dropped",
        "use Python 3.13 or earlier, or Sanic 24.6 or later",
        sanic=((21, 9), (24, 6)),
        python=((3, 14), None),
    ),
    Combination(
        Reach.OWN,
        "Sanic's own object answers 500",
        f'{HERE}; or pip install "websockets<14"',
        sanic=((22, 12), (23, 12)),
        websockets=((17,), None),
    ),
    Combination(
        Reach.OWN,
        f"Sanic's own object writes {GARBAGE}",
        f'{HERE}; or pip install "websockets<14"',
        sanic=((22, 12), (23, 12)),
        websockets=((14, 2), (17,)),
    ),
    Combination(
        Reach.OWN,
        f"Sanic's own object writes {GARBAGE}",
        f'{HERE}; or pip install "websockets<14"',
        sanic=((23, 12), (25, 3)),
        websockets=((14, 2), None),
    ),
    Combination(
        Reach.ALL,
        "Sanic cannot be imported: tracerite is too new for Python 3.8",
        'pip install "tracerite==1.1.1" "setuptools<81"',
        sanic=((23, 3), (24, 12)),
        python=(None, (3, 9)),
    ),
    Combination(
        Reach.ALL,
        "Sanic cannot be imported on Python 3.8, whatever its metadata says",
        "use Python 3.9 or later",
        sanic=((24, 12), (25, 12)),
        python=(None, (3, 9)),
    ),
)
