"""aiohttp's server."""

from __future__ import annotations

import asyncio

import uvloop
from aiohttp import web

from benchmarks.cases import Case

PEERS: set[web.WebSocketResponse] = set()


async def _echo(ws: web.WebSocketResponse) -> None:
    async for message in ws:
        await ws.send_str(message.data)


async def _to_each(ws: web.WebSocketResponse) -> None:
    PEERS.add(ws)
    async for message in ws:
        for peer in PEERS:
            await peer.send_str(message.data)
    PEERS.discard(ws)


async def _http(request: web.Request) -> web.Response:
    return web.Response(text="hi")


async def _serve(case: Case, port: int) -> None:
    handle = _to_each if case.mode == "send-loop" else _echo

    async def websocket(request: web.Request) -> web.WebSocketResponse:
        ws = web.WebSocketResponse(heartbeat=case.ping_interval)
        await ws.prepare(request)
        await handle(ws)
        return ws

    app = web.Application()
    app.router.add_get("/", websocket)
    app.router.add_get("/http", _http)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", port).start()
    await asyncio.get_running_loop().create_future()


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    uvloop.run(_serve(case, port))
