"""The app of the soak: echoes, streams and handlers that cancel what they wait for."""

from __future__ import annotations

import asyncio
import gc
import os
from contextlib import suppress

from sanic import Sanic
from sanic.response import json

from sanic_legacy_ws import ConnectionClosed, connections

app = Sanic("soak")
app.config.update(
    WEBSOCKET_COMPRESSION="deflate",
    WEBSOCKET_PING_INTERVAL=1,
    WEBSOCKET_PING_TIMEOUT=2,
    WEBSOCKET_TIMEOUT=1,
    WEBSOCKET_SEND_TIMEOUT=2,
)


@app.route("/state")
async def state(request):
    """What must not grow: tasks, connections, file descriptors, resident memory in bytes."""
    gc.collect()
    with open("/proc/self/statm") as file:
        rss = int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")
    return json(
        {
            "tasks": len(asyncio.all_tasks(asyncio.get_event_loop())),
            "connections": len(connections(request.app)),
            "files": len(os.listdir("/proc/self/fd")),
            "rss": rss,
        }
    )


@app.websocket("/echo")
async def echo(request, ws):
    with suppress(ConnectionClosed):
        while True:
            await ws.send(await ws.recv())


@app.websocket("/impatient")
async def impatient(request, ws):
    """Echo; recv is cancelled again and again while it waits, and no message is lost by it."""
    with suppress(ConnectionClosed):
        while True:
            try:
                message = await asyncio.wait_for(ws.recv(), 0.001)
            except asyncio.TimeoutError:
                continue
            await ws.send(message)


@app.websocket("/both")
async def both(request, ws):
    """Echo by a task, pings by another; whichever ends first ends the other by cancellation."""

    async def pings():
        while True:
            await (await ws.ping())
            await asyncio.sleep(0.01)

    async def echoes():
        async for message in ws:
            await ws.send([message[:1], message[1:]] if len(message) > 1 else message)

    tasks = [asyncio.ensure_future(pings()), asyncio.ensure_future(echoes())]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


@app.websocket("/stream")
async def stream(request, ws):
    """Numbered messages until the peer is gone."""
    number = 0
    with suppress(ConnectionClosed):
        while True:
            await ws.send(str(number).ljust(1000, "."))
            number += 1
