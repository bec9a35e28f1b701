"""Counts what clients say, and looks after those that say nothing."""

import asyncio

from sanic import Sanic
from sanic.exceptions import WebsocketClosed
from sanic.response import text

app = Sanic("heartbeat")
PATIENCE = 0.3  # seconds without a word
count = {"words": 0, "checks": 0, "gone": 0}


@app.websocket("/words")
async def words(request, ws):
    host = request.ip
    try:
        while True:
            word = await ws.recv(timeout=PATIENCE)
            if word is None:
                await asyncio.wait_for(await ws.ping(), timeout=10)
                count["checks"] += 1
                continue
            count["words"] += 1
            await ws.send(host + " said " + word)
    except WebsocketClosed:
        pass
    finally:
        count["gone"] += 1


@app.route("/state")
async def state(request):
    return text(str(count))
