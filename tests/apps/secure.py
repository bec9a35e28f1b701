"""An app behind WEBSOCKET_ORIGINS, and one that hands on what its peers say."""

from __future__ import annotations

import re

from reporting import report
from sanic import Sanic
from sanic.response import json

from sanic_legacy_ws import connections

app = Sanic("secure")
app.config.WEBSOCKET_ORIGINS = [
    "https://example.com",
    re.compile(r"https://[a-z]+\.example\.com"),
    None,
]


@app.websocket("/ws", subprotocols=["chat"])
async def ws(request, ws):
    report("handler", origin=request.headers.get("origin"))
    await ws.send("hello")
    await ws.recv()


@app.websocket("/echo")
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)


@app.route("/counts")
async def counts(request):
    return json({"connections": len(connections(request.app)), "tasks": 0})


@app.route("/")
async def index(request):
    return json({"origin": request.headers.get("origin")})
