"""SLW402: recv() in a task that is cancelled, and another after it."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from .other import other

@app.websocket("/")
async def handler(request, ws):
    while True:
        receiving = asyncio.create_task(ws.recv())  #!
        done, pending = await asyncio.wait({receiving, other()}, return_when="FIRST_COMPLETED")
        for task in pending:
            task.cancel()
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    first = asyncio.ensure_future(ws.recv())  #!
    await asyncio.sleep(1)
    first.cancel()
    await ws.recv()
""",
]

SILENT = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    receiving = asyncio.create_task(ws.recv())
    while True:
        await asyncio.wait({receiving})
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    receiving = asyncio.create_task(ws.recv())
    await asyncio.sleep(1)
    receiving.cancel()
""",
]
