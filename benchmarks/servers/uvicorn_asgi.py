"""uvicorn with a bare ASGI app, on two of its WebSocket implementations."""

from __future__ import annotations

from typing import Any, Awaitable, Callable

import uvicorn

from benchmarks.cases import Case

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]


async def echo(scope: Any, receive: Receive, send: Send) -> None:
    """Answer each message with itself."""
    await receive()
    await send({"type": "websocket.accept"})
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            return
        await send({"type": "websocket.send", "text": event["text"]})


PEERS: set[Send] = set()


async def to_each(scope: Any, receive: Receive, send: Send) -> None:
    """Send each message to every connection, one after the other."""
    await receive()
    await send({"type": "websocket.accept"})
    PEERS.add(send)
    while True:
        event = await receive()
        if event["type"] == "websocket.disconnect":
            PEERS.discard(send)
            return
        for peer in PEERS:
            await peer({"type": "websocket.send", "text": event["text"]})


def _serve(case: Case, port: int, implementation: Any) -> None:
    uvicorn.run(
        to_each if case.mode == "send-loop" else echo,
        port=port,
        loop="uvloop",
        ws=implementation,
        lifespan="off",
        access_log=False,
        log_level="warning",
        ws_ping_interval=case.ping_interval or 20,
    )


def serve_sansio(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed, with websockets' sans-I/O layer."""
    _serve(case, port, "websockets-sansio")


def serve_wsproto(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed, with wsproto."""
    _serve(case, port, "wsproto")
