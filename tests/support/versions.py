"""The installed versions as tuples of ints, for skips and for expected results."""

from __future__ import annotations

import re
import sys

import sanic
import websockets.version


def _tuple(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


sanic_version = _tuple(sanic.__version__)
websockets_version = _tuple(websockets.version.version)
python_version = sys.version_info[:2]
