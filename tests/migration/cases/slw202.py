"""SLW202: clauses for WebsocketClosed around recv() alone."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from sanic.exceptions import WebsocketClosed

clients = set()

@app.websocket("/")
async def handler(request, ws):
    try:
        await ws.recv()
    except WebsocketClosed:  #!
        clients.discard(ws)
""",
]

SILENT = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from sanic.exceptions import WebsocketClosed

clients = set()

@app.websocket("/")
async def handler(request, ws):
    try:
        await ws.send("x")
    except WebsocketClosed:
        clients.discard(ws)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from sanic.exceptions import WebsocketClosed

@app.websocket("/")
async def handler(request, ws):
    try:
        await ws.recv()
    except WebsocketClosed:
        pass
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from sanic.exceptions import WebsocketClosed

clients = set()

@app.websocket("/")
async def handler(request, ws):
    try:
        await ws.recv()
    except (WebsocketClosed, asyncio.CancelledError):
        clients.discard(ws)
""",
]
