"""The ends of real handlers, each after a goodbye and after a TCP reset."""

from __future__ import annotations

from .peer import Peer
from .registry import QUIET, Play, add

SHAPES = "shapes"
SHORTLY = {**QUIET, "WEBSOCKET_TIMEOUT": 2}

NAMES = (
    "forgets the client",
    "first of two",
    "swallows in a loop",
    "ticker swallows",
    "iterates",
    "acts once",
    "task group",
    "reads with a timeout",
    "cancels its reader",
)


def _goodbye(name: str) -> Play:
    def play(peer: Peer) -> None:
        _begin(peer, name)
        peer.close(1000, "bye")
        peer.end()
        peer.complaints()

    return play


def _reset(name: str) -> Play:
    def play(peer: Peer) -> None:
        _begin(peer, name)
        peer.abort()
        peer.complaints()

    return play


def _begin(peer: Peer, name: str) -> None:
    peer.open("/shape/" + name.replace(" ", "-"))
    peer.seen("waiting")
    peer.settle()


for _name in NAMES:
    add(f"shape: {_name}, goodbye", _goodbye(_name), SHORTLY, SHAPES)
    add(f"shape: {_name}, reset", _reset(_name), SHORTLY, SHAPES)
