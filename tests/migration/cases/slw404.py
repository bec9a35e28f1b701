"""SLW404: cleanup after async for."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

clients = set()

@app.websocket("/")
async def handler(request, ws):
    async for message in ws:  #!
        print(message)
    clients.discard(ws)
""",
]

SILENT = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

clients = set()

@app.websocket("/")
async def handler(request, ws):
    try:
        async for message in ws:
            print(message)
    finally:
        clients.discard(ws)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    async for message in ws:
        print(message)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

clients = set()

@app.websocket("/")
async def handler(request, ws):
    try:
        async for message in ws:
            print(message)
    except asyncio.CancelledError:
        pass
    clients.discard(ws)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from .redis import channel

clients = set()

@app.websocket("/")
async def handler(request, ws):
    async for message in channel:
        print(message)
    clients.discard(ws)
""",
]
