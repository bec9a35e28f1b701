"""All scenarios: what a peer does to a handler, and what is to be seen of it.

Each is a function that drives one connection and leaves its outcome in the Peer. Names
are those of the recording; handlers are those of old_handlers.py and shapes.py in tests/apps.
"""

from __future__ import annotations

from tests.support import Server

from . import endings, handshakes, messages, shapes  # noqa: F401 - they fill the list
from .peer import Peer
from .registry import APP, KEEPALIVE, QUIET, SCENARIOS
from .shapes import SHAPES, SHORTLY


def stopping(server: Server, path: str, before: str) -> dict[str, list[str]]:
    """SIGTERM with one open connection; for a server of the scenario's own."""
    peer = Peer(server)
    peer.open(path)
    peer.seen(before)
    server.send_signal()
    peer.end()
    code = server.wait()
    return {**peer.outcome(), "exit": [str(code)]}


STOPPING = {
    "server stops, recv": ("/recv", "waiting"),
    "server stops, sleep": ("/sleep", "at the gate"),
    "server stops, handler cleans up": ("/clean-up", "at the gate"),
    "server stops, recv in a task": ("/reader-task", "waiting"),
}

__all__ = ["APP", "KEEPALIVE", "QUIET", "SCENARIOS", "SHAPES", "SHORTLY", "STOPPING", "stopping"]
