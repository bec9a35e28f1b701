"""uvicorn with a bare ASGI app, on two of its WebSocket implementations."""

from __future__ import annotations

from typing import Any, Awaitable, Callable

import uvicorn

from benchmarks.cases import Case

Receive = Callable[[], Awaitable[Any]]
Send = Callable[[Any], Awaitable[None]]
HEADERS = [(b"content-length", b"2")]


async def http(send: Send) -> None:
    """Answer a request."""
    await send({"type": "http.response.start", "status": 200, "headers": HEADERS})
    await send({"type": "http.response.body", "body": b"hi"})


async def echo(scope: Any, receive: Receive, send: Send) -> None:
    """Answer each message with itself, and a request of HTTP."""
    if scope["type"] == "http":
        await http(send)
        return
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


def run(app: Any, case: Case, port: int, implementation: Any, lifespan: Any = "on") -> None:
    """Serve an ASGI app for `case` on `port` until killed."""
    uvicorn.run(
        app,
        port=port,
        loop="uvloop",
        ws=implementation,
        lifespan=lifespan,
        access_log=False,
        log_level="warning",
        ws_ping_interval=case.ping_interval or 20,
    )


def _serve(case: Case, port: int, implementation: Any) -> None:
    run(to_each if case.mode == "send-loop" else echo, case, port, implementation, "off")


def serve_sansio(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed, with websockets' sans-I/O layer."""
    _serve(case, port, "websockets-sansio")


def serve_wsproto(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed, with wsproto."""
    _serve(case, port, "wsproto")
