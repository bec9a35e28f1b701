"""An app without a garbage collector, which tells what its connections leave behind."""

from __future__ import annotations

import asyncio
import gc

from sanic import Sanic
from sanic.response import json

from sanic_legacy_ws import LegacyWebSocket
from sanic_legacy_ws.guests import guest

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


@app.websocket("/attributes")
async def attributes(request, ws):
    """Which attributes a connection has of its own, once all that goes on for long went on."""
    await ws.send(await ws.recv())
    while not ws.latency:
        await asyncio.sleep(0.01)
    await ws.send(",".join(sorted(vars(ws))))


class Guest(asyncio.Protocol):
    """Answers a message and hangs up at a close frame; the handler waits for the end."""

    def connection_made(self, transport):
        self.transport = transport
        self.gone = asyncio.get_event_loop().create_future()

    def data_received(self, data):
        if data[0] == 0x88:
            self.transport.close()
        else:
            self.transport.write(b"\x81\x01x")

    def connection_lost(self, exc):
        self.gone.set_result(None)

    async def close(self, code=1000, reason=""):
        self.transport.close()
        await asyncio.sleep(0)


@app.websocket("/guest")
@guest(lambda opening: Guest())
async def served_by_guest(request, ws):
    await asyncio.shield(ws.gone)


@app.route("/left")
async def left(request):
    """How many connection objects there are, and the memory of this process in MiB."""
    with open("/proc/self/statm") as file:
        pages = int(file.read().split()[1])
    found = sum(isinstance(each, (LegacyWebSocket, Guest)) for each in gc.get_objects())
    return json({"connections": found, "memory": pages >> 8})
