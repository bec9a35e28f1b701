"""The installed versions as tuples of ints, for skips and for expected results."""

from __future__ import annotations

import os
import re
import sys

import pytest
import sanic
import websockets.version


def version_tuple(version: str) -> tuple[int, ...]:
    return tuple(int(part) for part in re.findall(r"\d+", version)[:3])


sanic_version = version_tuple(sanic.__version__)
websockets_version = version_tuple(websockets.version.version)
python_version = sys.version_info[:2]

OWN_LOOP = os.environ.get("SLW_TEST_LOOP", "uvloop")
# The oldest and the newest Sanic run each test on both event loops, under each ASGI server and with
# each guest; the others on one loop and under one server, since what is tested there is Sanic. So
# do the environments of the newest that are told their loop, since what is tested there is Python.
EVERYTHING = "SLW_TEST_LOOP" not in os.environ and (
    sanic_version < (21, 3) or sanic_version >= (25, 12)
)
NEWEST = EVERYTHING and sanic_version >= (25, 12)
LOOPS = ["uvloop", "asyncio"] if EVERYTHING else [OWN_LOOP]
IF_EVERYTHING = pytest.mark.skipif(not EVERYTHING, reason="on the oldest and the newest Sanic")
