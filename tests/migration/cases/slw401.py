"""SLW401: timeouts around recv()."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    message = await asyncio.wait_for(ws.recv(), 5)  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from asyncio import wait_for

@app.websocket("/")
async def handler(request, ws):
    message = await wait_for(ws.recv(), timeout=5)  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    async with asyncio.timeout(5):
        await ws.recv()  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

class Session:
    def __init__(self, ws):
        self.ws = ws

    async def read(self):
        return await asyncio.wait_for(self.ws.recv(), 5)  #!


@app.websocket("/")
async def handler(request, ws):
    await Session(ws).read()
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
    message = await ws.recv(timeout=5)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    await asyncio.wait_for(ws.ping(), 5)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from .queue import queue

@app.websocket("/")
async def handler(request, ws):
    await asyncio.wait_for(queue.recv(), 5)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    async with asyncio.timeout(5):
        await ws.send('x')
""",
]
