"""One app for every guest: GUEST names it, and the handlers see no difference."""

from __future__ import annotations

import asyncio
import os
import sys
from pathlib import Path

from reporting import report
from sanic import Sanic
from sanic.response import text

from sanic_legacy_ws.guests import GuestProtocol

NAME = os.environ["GUEST"]
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples" / "guests"
CONTRACT = ("close", "end_connection", "fail_connection", "close_connection")


def minimal():
    sys.path.append(str(EXAMPLES))
    from minimal import Frames

    from sanic_legacy_ws.wire.frames import BINARY, FIN, TEXT, frame

    async def recv(ws):
        return await ws.messages.get()

    async def send(ws, message):
        binary = isinstance(message, bytes)
        payload = message if binary else message.encode()
        ws.transport.write(frame(FIN | (BINARY if binary else TEXT), payload))

    return Frames, recv, send


def websockets_legacy():
    from sanic_legacy_ws.guests.websockets_legacy import websockets_legacy

    return websockets_legacy, *of_the_object()


def wsproto():
    from sanic_legacy_ws.guests.wsproto import wsproto

    return wsproto, *of_the_object()


def of_the_object():
    async def recv(ws):
        return await ws.recv()

    async def send(ws, message):
        await ws.send(message)

    return recv, send


def picows():
    from picows import WSListener, WSMsgType

    from sanic_legacy_ws.guests.picows import picows

    class Listener(WSListener):
        def __init__(self, opening):
            self.messages = asyncio.Queue()

        def on_ws_frame(self, transport, frame):
            if frame.msg_type == WSMsgType.CLOSE:
                transport.send_close(frame.get_close_code(), frame.get_close_message())
                transport.disconnect()
            elif frame.msg_type == WSMsgType.TEXT:
                self.messages.put_nowait(frame.get_payload_as_utf8_text())
            elif frame.msg_type == WSMsgType.BINARY:
                self.messages.put_nowait(frame.get_payload_as_bytes())

    async def recv(ws):
        return await ws.listener.messages.get()

    async def send(ws, message):
        binary = isinstance(message, bytes)
        ws.transport.send(WSMsgType.BINARY if binary else WSMsgType.TEXT, message)

    return picows(Listener), recv, send


factory, recv, send = globals()[NAME]()


class Protocol(GuestProtocol):
    guest = staticmethod(factory)


app = Sanic("guests")


@app.route("/")
async def index(request):
    return text("hello")


@app.websocket("/echo", subprotocols=["b", "a"])
async def echo(request, ws):
    report("start")
    try:
        while True:
            await send(ws, await recv(ws))
    finally:
        report("gone", key=request.args.get("key"))


@app.websocket("/return")
async def returns(request, ws):
    await send(ws, "bye")


@app.websocket("/raise")
async def raises(request, ws):
    raise ValueError("of the handler")


@app.websocket("/cancelled")
async def cancelled(request, ws):
    raise asyncio.CancelledError


@app.websocket("/closed")
async def closed(request, ws):
    from websockets.exceptions import ConnectionClosed

    class Closed(ConnectionClosed):
        def __init__(self):
            Exception.__init__(self)

    raise Closed


@app.websocket("/closing")
async def closing(request, ws):
    await ws.close()
    report("closed")


@app.websocket("/sleep")
async def sleep(request, ws):
    await send(ws, "awake")
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        report("cancelled", key=request.args.get("key"))
        raise


@app.websocket("/contract")
async def contract(request, ws):
    await send(ws, " ".join(name for name in CONTRACT if callable(getattr(ws, name, None))))
    await recv(ws)
