"""A small app for tests that need any server: HTTP routes and two WebSocket routes."""

from __future__ import annotations

import asyncio
import os

from reporting import report
from sanic import Sanic
from sanic.response import json, text

app = Sanic("basic")


@app.route("/")
async def index(request):
    return text("hello")


@app.route("/length", methods=["POST"])
async def length(request):
    return text(str(len(request.body)))


@app.route("/pid")
async def pid(request):
    return json({"pid": os.getpid()})


@app.route("/environment")
async def environment(request):
    return json(dict(os.environ))


@app.route("/loop")
async def loop(request):
    return text(type(asyncio.get_event_loop()).__module__)


@app.route("/config")
async def config(request):
    return json(request.app.config.get(request.args.get("name"), "unset"))


@app.route("/report")
async def reported(request):
    report("seen", key=request.args.get("key"))
    return text("ok")


@app.websocket("/echo")
async def echo(request, ws):
    while True:
        await ws.send(await ws.recv())


@app.websocket("/class")
async def what(request, ws):
    """Tell which class the handler got, and serve until the peer has gone."""
    kind = type(ws)
    report("class", module=kind.__module__, name=kind.__name__)
    await ws.send(kind.__module__ + "." + kind.__name__)
    await ws.recv()
