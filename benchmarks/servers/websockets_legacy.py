"""websockets' own server, its deprecated implementation."""

from __future__ import annotations

import asyncio
import warnings

import uvloop
from websockets.exceptions import ConnectionClosed

from benchmarks.cases import Case
from benchmarks.servers.handlers import make_handler

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from websockets.legacy.protocol import broadcast
    from websockets.legacy.server import serve as listen


async def _serve(case: Case, port: int) -> None:
    handler = make_handler(case, ConnectionClosed, broadcast)
    interval = case.ping_interval or 20
    async with listen(handler, "127.0.0.1", port, ping_interval=interval):
        await asyncio.get_running_loop().create_future()


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    uvloop.run(_serve(case, port))
