"""SLW403: long work between two recv()."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    while True:
        job = await ws.recv()
        await asyncio.get_event_loop().run_in_executor(None, print, job)  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    while True:
        await ws.recv()
        await asyncio.sleep(60)  #!
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
    while True:
        await ws.recv()
        await asyncio.sleep(1)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    while True:
        await ws.send("x")
        await asyncio.sleep(60)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    await ws.recv()
    await asyncio.sleep(60)
""",
]
