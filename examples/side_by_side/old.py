"""The old Sanic app."""

from __future__ import annotations

from sanic import Sanic
from sanic.response import text

import sanic_legacy_ws

sanic_legacy_ws.install()

app = Sanic("old")
app.ctx.log = []


@app.route("/")
async def index(request):
    return text("Sanic")


@app.listener("before_server_start")
async def start(app, *_):
    app.ctx.log.append("started")


@app.route("/log")
async def log(request):
    return text(" ".join(request.app.ctx.log))


@app.websocket("/echo")
async def echo(request, ws):
    while True:
        await ws.send(await ws.recv())
