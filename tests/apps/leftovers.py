"""An app without a garbage collector, which tells what its connections leave behind."""

from __future__ import annotations

import asyncio
import gc

from sanic import Sanic
from sanic.response import json

from sanic_legacy_ws import LegacyWebSocket

gc.disable()
app = Sanic("leftovers")


@app.websocket("/echo")
async def echo(request, ws):
    while True:
        await ws.send(await ws.recv())


@app.websocket("/sleep")
async def sleep(request, ws):
    await ws.recv()
    await asyncio.sleep(3600)


@app.websocket("/raise")
async def raises(request, ws):
    await ws.recv()
    raise ValueError("the handler's own")


@app.websocket("/return")
async def returns(request, ws):
    await ws.recv()


@app.route("/left")
async def left(request):
    """How many connection objects there are, and the memory of this process in MiB."""
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    found = sum(isinstance(each, LegacyWebSocket) for each in gc.get_objects())
    return json({"connections": found, "memory": pages >> 8})
