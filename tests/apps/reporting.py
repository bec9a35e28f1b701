"""What an app under test saw, one JSON line an event, for the test that started it.

The server runs with this folder as its working directory, so that an app
module says `from reporting import report`. `Server.wait_event` reads the lines.
"""

from __future__ import annotations

import json
import os
from typing import Any

EVENTS = os.environ.get("TEST_EVENTS", os.devnull)


def report(name: str, /, **fields: Any) -> None:
    """Append one event; one write call, so lines of several workers stay whole."""
    line = json.dumps({"event": name, "pid": os.getpid(), **fields}) + "\n"
    fd = os.open(EVENTS, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    try:
        os.write(fd, line.encode())
    finally:
        os.close(fd)


def describe(exc: BaseException) -> str:
    """The public name of an exception, with close code and reason if it has them."""
    name = type(exc).__name__
    for cls in type(exc).__mro__:
        if cls.__name__ in ("ConnectionClosedOK", "ConnectionClosedError"):
            name = cls.__name__
            break
    if hasattr(exc, "code") and hasattr(exc, "reason"):
        return f"{name}({exc.code}, {exc.reason!r})"
    return name
