"""One app for every guest: GUEST names it, and the handlers see no difference."""

from __future__ import annotations

import asyncio
import gc
import os
import sys
from importlib import import_module
from pathlib import Path

from reporting import report
from sanic import Sanic
from sanic.response import json, text

from sanic_legacy_ws import WebSocketProtocol
from sanic_legacy_ws.guests import GuestProtocol

NAME = os.environ["GUEST"]
WRAPPED = {"wrapped": "OwnProtocol", "coroutine": "CoroutineProtocol", "plain": "PlainProtocol"}
EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples" / "guests"
CONTRACT = ("close", "end_connection", "fail_connection", "close_connection")


def minimal():
    sys.path.append(str(EXAMPLES))
    from minimal import Messages
    from wsproto.events import BytesMessage, TextMessage

    async def recv(ws):
        return await ws.messages.get()

    async def send(ws, message):
        kind = BytesMessage if isinstance(message, bytes) else TextMessage
        ws.transport.write(ws.connection.send(kind(data=message)))

    return Messages, recv, send


def websockets_legacy():
    from sanic_legacy_ws.guests.websockets_legacy import websockets_legacy

    return websockets_legacy, *of_the_object()


def websockets_asyncio():
    from sanic_legacy_ws.guests.websockets_asyncio import websockets_asyncio

    return websockets_asyncio, *of_the_object()


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


if NAME == "own":
    recv, send = of_the_object()
    Protocol = WebSocketProtocol
elif NAME in WRAPPED:
    recv, send = of_the_object()
    Protocol = getattr(import_module("guest_own_protocol"), WRAPPED[NAME])
else:
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


@app.websocket("/impatient")
async def impatient(request, ws):
    """Tell the size of each message, read by a `recv` that is cancelled over and over."""
    while True:
        try:
            message = await asyncio.wait_for(recv(ws), 0.01)
        except asyncio.TimeoutError:
            continue
        await send(ws, str(len(message)))


@app.websocket("/flood")
async def flood(request, ws):
    try:
        while True:
            await send(ws, b"x" * 65536)
            await asyncio.sleep(0)
    finally:
        report("gone", key=request.args.get("key"))


@app.websocket("/each")
async def each(request, ws):
    try:
        async for message in ws:
            await send(ws, message)
        report("over")
    except BaseException as exc:
        report("failed", how=type(exc).__name__)
        raise


@app.websocket("/busy")
async def busy(request, ws):
    """Read on when more has come, and the peer has gone."""
    await recv(ws)
    report("busy")
    await asyncio.sleep(0.3)
    try:
        while True:
            report("read", what=await recv(ws))
    except BaseException as exc:
        report("busy no more", how=type(exc).__name__)
        raise


@app.route("/left")
async def left(request):
    """How many connections are there still, found without and with a collection."""
    kinds = classes()
    return json({"live": count(kinds), "collected": (gc.collect(), count(kinds))[1]})


def classes():
    """The classes of which a connection has one object, whichever of them are imported."""
    names = ("LegacyWebSocket", "WsprotoWebSocket", "LibraryConnection", "LibraryWebSocket")
    names += ("PicowsWebSocket", "Library", "Messages")
    modules = [module for name, module in sys.modules.items() if not name.startswith("typing")]
    found = {getattr(module, name, None) for module in modules for name in names}
    return tuple(kind for kind in found if isinstance(kind, type))


def count(kinds):
    return sum(isinstance(each, kinds) for each in gc.get_objects())
