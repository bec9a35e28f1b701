"""websockets' own server, its new asyncio implementation."""

from __future__ import annotations

import asyncio

import uvloop
from websockets.asyncio.server import broadcast
from websockets.asyncio.server import serve as listen
from websockets.exceptions import ConnectionClosed

from benchmarks.cases import Case
from benchmarks.servers.handlers import make_handler


async def _serve(case: Case, port: int) -> None:
    handler = make_handler(case, ConnectionClosed, broadcast)
    interval = case.ping_interval or 20
    async with listen(handler, "127.0.0.1", port, ping_interval=interval):
        await asyncio.get_running_loop().create_future()


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    uvloop.run(_serve(case, port))
