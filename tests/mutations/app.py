"""What is tried on each mutant of Sanic."""

from __future__ import annotations

import asyncio

from reporting import report
from sanic import Sanic
from sanic.response import text

from sanic_legacy_ws.guests import guest

app = Sanic("mutations")


class Greeter(asyncio.Protocol):
    """A guest that says one word."""

    def __init__(self, opening):
        self.websocket = self

    def connection_made(self, transport):
        transport.write(b"\x82\x05guest")


@app.route("/")
async def http(request):
    return text("http")


@app.websocket("/echo")
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)


@app.websocket("/fail")
async def fail(request, ws):
    await ws.recv()
    raise ValueError("the handler's own")


@app.websocket("/class")
async def name_of_class(request, ws):
    from sanic.server.websockets import impl

    native = getattr(impl, "WebsocketImplProtocol", type(None))
    await ws.send(f"{type(ws).__name__} {isinstance(ws, native)} {ws.local_address is not None}")


@app.websocket("/busy")
async def busy(request, ws):
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        report("cancelled")
        raise


@app.websocket("/guest")
@guest(Greeter)
async def invited(request, ws):
    await asyncio.sleep(60)
