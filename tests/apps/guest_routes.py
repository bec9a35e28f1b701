"""Routes with guests of their own beside one that has none."""

from __future__ import annotations

import asyncio

from reporting import report
from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException

from sanic_legacy_ws.guests import guest


class Guest(asyncio.Protocol):
    def __init__(self, opening):
        self.opening = opening

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        if data[0] == 0x88:
            self.transport.close()


class Idle(Guest):
    waited_on = unread = False


class Buffered(asyncio.BufferedProtocol):
    def __init__(self, opening):
        self.buffer = bytearray(3)

    def connection_made(self, transport):
        self.transport = transport

    def get_buffer(self, sizehint):
        return self.buffer

    def buffer_updated(self, nbytes):
        self.transport.write(bytes(self.buffer[:nbytes]))

    def connection_lost(self, exc):
        report("buffered guest lost")


def full(opening):
    raise SanicException("full", status_code=503)


async def name_of(request, ws, number=None):
    name = type(ws).__name__
    if name == "SanicWebSocket":
        await ws.send(name)
    else:
        ws.transport.write(bytes([0x81, len(name)]) + name.encode())
    await until_cancelled(request, ws)


async def until_cancelled(request, ws):
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        report("cancelled")
        raise


def make(name):
    app = Sanic(name)
    blue = Blueprint("blue_" + name, url_prefix="/blue")

    @app.websocket("/own")
    async def own(request, ws):
        await name_of(request, ws)

    @app.websocket("/guest")
    @guest(Guest)
    async def guested(request, ws):
        await name_of(request, ws)

    @app.websocket("/guest/<number>")
    @guest(Guest)
    async def numbered(request, ws, number):
        await name_of(request, ws)

    @blue.websocket("/guest")
    @guest(Guest)
    async def in_blueprint(request, ws):
        await name_of(request, ws)

    @app.websocket("/idle")
    @guest(Idle)
    async def idle(request, ws):
        await until_cancelled(request, ws)

    @app.websocket("/full")
    @guest(full)
    async def refused(request, ws):
        raise AssertionError("no connection")

    @app.websocket("/buffered")
    @guest(Buffered)
    async def buffered(request, ws):
        await until_cancelled(request, ws)

    app.blueprint(blue)
    return app


app = make("guest_routes")
hooked = make("hooked")
hooked.config.WEBSOCKET_BEFORE_UPGRADE = lambda request: {"X-Hook": "was here"}
