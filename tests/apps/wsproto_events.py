"""Routes for what only the wsproto guest has."""

from __future__ import annotations

import asyncio

from reporting import describe, report
from sanic import Sanic
from wsproto.events import CloseConnection, Ping

from sanic_legacy_ws import ConnectionClosed
from sanic_legacy_ws.guests.wsproto import WsprotoProtocol as Protocol

__all__ = ["Protocol", "app"]

app = Sanic("wsproto_events")


@app.websocket("/echo")
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)


@app.websocket("/events")
async def events(request, ws):
    seen = []
    try:
        while True:
            seen.append(type(await ws.next_event()).__name__)
    except ConnectionClosed as exc:
        report("events", key=request.args.get("key"), seen=[*seen, describe(exc)])


@app.websocket("/send")
async def send(request, ws):
    await ws.send_event(Ping(payload=b"payload"))
    await ws.send_event(CloseConnection(4000, "enough"))
    try:
        await ws.send("too late")
    except ConnectionClosed as exc:
        report("after close", how=describe(exc))


@app.websocket("/late")
async def late(request, ws):
    await asyncio.sleep(0.1)
    count = 1
    while await ws.recv() != "end":
        count += 1
    await ws.send(str(count))


@app.websocket("/two")
async def two(request, ws):
    first = asyncio.ensure_future(ws.recv())
    await asyncio.sleep(0)
    try:
        await ws.recv()
    except RuntimeError as exc:
        await ws.send(describe(exc))
    first.cancel()
