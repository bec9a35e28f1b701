"""An app with an old and a new handler, for the report of old-only uses."""

from __future__ import annotations

import asyncio

from sanic import Sanic

app = Sanic("recorded")


@app.websocket("/old")
async def old(request, ws):
    while ws.open:
        try:
            message = await asyncio.wait_for(ws.recv(), 0.05)
        except asyncio.TimeoutError:
            continue
        await ws.send([message, "!"])


@app.websocket("/new")
async def new(request, ws):
    async for message in ws:
        if ws.ws_proto.close_code is None:
            await ws.send(message)
