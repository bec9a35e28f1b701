"""granian's RSGI, Rust under an asyncio handler, in this process and on its one loop."""

from __future__ import annotations

from typing import Any

import uvloop
from granian.constants import HTTPModes, Interfaces
from granian.rsgi import WebsocketMessageType
from granian.server.embed import Server

from benchmarks.cases import Case

PEERS: set[Any] = set()


async def echo(scope: Any, protocol: Any) -> None:
    """Answer each message with itself."""
    transport = await protocol.accept()
    while True:
        message = await transport.receive()
        if message.kind == WebsocketMessageType.close:
            break
        await transport.send_str(message.data)
    protocol.close()


async def to_each(scope: Any, protocol: Any) -> None:
    """Send each message to every connection, one after the other."""
    transport = await protocol.accept()
    PEERS.add(transport)
    while True:
        message = await transport.receive()
        if message.kind == WebsocketMessageType.close:
            break
        for peer in PEERS:
            await peer.send_str(message.data)
    PEERS.discard(transport)
    protocol.close()


async def _serve(case: Case, port: int) -> None:
    server = Server(
        to_each if case.mode == "send-loop" else echo,
        port=port,
        interface=Interfaces.RSGI,
        http=HTTPModes.http1,
        log_enabled=False,
    )
    await server.serve()


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    uvloop.run(_serve(case, port))
