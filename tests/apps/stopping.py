"""An app that tells what of it runs when its server stops."""

from __future__ import annotations

import asyncio
import os

from reporting import report
from sanic import Sanic

app = Sanic("stopping")


@app.listener("after_server_stop")
async def after_stop(*_):
    await asyncio.sleep(0.1)
    report("after_server_stop", pid=os.getpid())


@app.websocket("/echo")
async def echo(request, ws):
    """Send everything back; clean up for a while."""
    report("start", key=request.args.get("key"))
    try:
        while True:
            await ws.send(await ws.recv())
    finally:
        await asyncio.sleep(float(request.args.get("cleanup", 0)))
        report("finally", key=request.args.get("key"))


@app.websocket("/close")
async def close(request, ws):
    """Close, and wait for the peer to agree."""
    report("start", key=request.args.get("key"))
    await ws.close()


@app.websocket("/farewell")
async def farewell(request, ws):
    """Send much when the server stops."""
    report("start", key=request.args.get("key"))
    try:
        await asyncio.sleep(60)
    finally:
        await ws.send(bytes(int(request.args.get("size"))))
