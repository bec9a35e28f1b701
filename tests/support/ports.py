"""Ports for servers under test: nobody listens on them, and no other test process takes them."""

from __future__ import annotations

import collections
import fcntl
import os
import random
import socket
import tempfile
from pathlib import Path

PORTS = range(15000, 32000)  # below those that the kernel gives to clients
# From here to the server that listens it takes a while, in which others look for a port too: a
# locked file says that a port is taken. By the time that it is let go, the port is in use or free.
_CLAIMS: collections.deque[int] = collections.deque()
_KEPT = 64


def free_port() -> int:
    """A port for one server, and the next one, too."""
    while True:
        port = random.SystemRandom().choice(PORTS)
        if _claim(port) and _claim(port + 1):
            return port


def _claim(port: int) -> bool:
    folder = Path(tempfile.gettempdir(), "sanic-legacy-ws-ports")
    folder.mkdir(exist_ok=True)
    file = os.open(str(folder / str(port)), os.O_CREAT | os.O_RDWR)
    try:
        fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        with socket.socket() as sock:
            sock.bind(("127.0.0.1", port))
    except OSError:  # locked, or in use
        os.close(file)
        return False
    _CLAIMS.append(file)
    while len(_CLAIMS) > _KEPT:
        os.close(_CLAIMS.popleft())
    return True
