"""The handlers that all servers with a websockets-like object share."""

from __future__ import annotations

from typing import Any, Awaitable, Callable

from benchmarks.cases import Case

Handler = Callable[[Any], Awaitable[None]]
Broadcast = Callable[[Any, Any], Any]


def make_handler(case: Case, closed: type[Exception], broadcast: Broadcast | None) -> Handler:
    """The handler of a case: `closed` is what ends it, `broadcast` the server's own function."""
    peers: set[Any] = set()

    async def echo(ws: Any) -> None:
        try:
            while True:
                await ws.send(await ws.recv())
        except closed:
            pass

    async def to_all(ws: Any) -> None:
        peers.add(ws)
        try:
            while True:
                broadcast(peers, await ws.recv())  # type: ignore[misc]
        except closed:
            peers.discard(ws)

    async def to_each(ws: Any) -> None:
        peers.add(ws)
        try:
            while True:
                message = await ws.recv()
                for peer in peers:
                    await peer.send(message)
        except closed:
            peers.discard(ws)

    return {"broadcast": to_all, "send-loop": to_each}.get(case.mode, echo)
