"""An app whose uses of old-only API are recorded, into the file named by USES."""

from __future__ import annotations

import asyncio
import os

from sanic import Sanic

from sanic_legacy_ws.migration.instrument import instrument
from sanic_legacy_ws.migration.ledger import Ledger
from sanic_legacy_ws.server.protocol import WebSocketProtocol

app = Sanic("recorded")
ledger = Ledger(os.environ["USES"])


class Recording(WebSocketProtocol):
    __slots__ = ()

    websocket_class = instrument(WebSocketProtocol.websocket_class, ledger)


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
