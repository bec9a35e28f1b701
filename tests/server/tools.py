"""Visits to the app `served`, and what its log may hold."""

from __future__ import annotations

import contextlib
import itertools
import json
import os
from typing import Any

import pytest

from tests.support import RawClient, Server, sanic_version, websockets_version

APP = "served"
FAILURE = "ValueError: the handler's own"  # of the handlers that raise
_numbers = itertools.count()

own_works = pytest.mark.skipif(
    (21, 9) <= sanic_version < (25, 3) and websockets_version >= (14, 2),
    reason="Sanic's own connection writes garbage behind the handshake with these websockets",
)


class Visit(RawClient):
    """A client of one handler of `served`, with a key of its own; it answers pings."""

    def __init__(self, server: Server, path: str, **query: Any) -> None:
        super().__init__(server, answers_pings=True)
        self.server = server
        self.key = f"{os.getpid()}-{next(_numbers)}"
        pairs = [f"{name}={value}" for name, value in {"key": self.key, **query}.items()]
        self.path = path + "?" + "&".join(pairs)

    def open(self, **arguments: Any) -> Visit:
        """The opening handshake, and the start of the handler."""
        self.handshake(self.path, **arguments)
        self.event("start")
        return self

    def event(self, name: str, **fields: Any) -> dict[str, Any]:
        """Wait for an event of this visit."""
        return self.server.wait_event(name, key=self.key, **fields)

    def events(self, name: str) -> list[dict[str, Any]]:
        return self.server.events(name, key=self.key)

    def lines(self) -> list[str]:
        """What the server's log has on this visit."""
        return [line for line in self.server.log.splitlines() if self.key in line]


def get(server: Server, path: str, **arguments: Any) -> Any:
    """The JSON that a route answers."""
    with RawClient(server) as client:
        response = client.request(path, headers=[("Connection", "close")], **arguments)
    assert response.status == 200, response
    return json.loads(response.body)


def visit_and_end(server: Server, path: str, end: str) -> None:
    """Send a message to a route of the app `leftovers`; end by "close", "abort" or "disconnect"."""
    with RawClient(server) as client:
        client.handshake(path)
        client.send_text("x")
        if path != "/sleep":
            client.receive_frame()
        if end != "close":
            getattr(client, end)()
            return
        with contextlib.suppress(ConnectionResetError):  # a handler that is done closes, too
            client.send_close(1000)
            client.receive_to_end()


def failures(log: str) -> int:
    """How many failures of handlers the log holds; fails if it holds any other trouble."""
    for trouble in ("AttributeError", "socket.send() raised", "never retrieved"):
        assert trouble not in log, log
    found = log.count(FAILURE)
    assert log.count("ERROR") == found, log
    assert log.count("Traceback") in (0, found), log  # 25.12's own command writes none
    assert "GET ws://" not in log, log
    return found
