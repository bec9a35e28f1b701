"""The list of scenarios, and what one is."""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from tests.support import Server

from .peer import Peer

APP = "old_handlers"
QUIET = {"WEBSOCKET_PING_INTERVAL": None}
KEEPALIVE = {"WEBSOCKET_PING_INTERVAL": 0.2, "WEBSOCKET_PING_TIMEOUT": 1}

Play = Callable[[Peer], None]


class Scenario(NamedTuple):
    name: str
    play: Play
    config: dict[str, Any]
    app: str = APP

    def outcome(self, server: Server) -> dict[str, list[str]]:
        """Play it on a started server and give what was seen."""
        peer = Peer(server)
        try:
            self.play(peer)
            return peer.outcome()
        finally:
            peer.client.disconnect()


SCENARIOS: dict[str, Scenario] = {}


def add(name: str, play: Play, config: dict[str, Any] = QUIET, app: str = APP) -> None:
    assert name not in SCENARIOS, name
    SCENARIOS[name] = Scenario(name, play, config, app)


def scenario(function: Play) -> Play:
    add(function.__name__.replace("_", " "), function)
    return function


def with_keepalive(function: Play) -> Play:
    add(function.__name__.replace("_", " "), function, KEEPALIVE)
    return function
