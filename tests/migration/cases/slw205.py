"""SLW205: clauses for CancelledError alone."""

TO = "shim"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

clients = set()

@app.websocket("/")
async def handler(request, ws):
    try:
        print(await ws.recv())
    except asyncio.CancelledError:  #!
        clients.discard(ws)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from asyncio import CancelledError

clients = set()

@app.websocket("/")
async def handler(request, ws):
    try:
        async for message in ws:
            print(message)
    except CancelledError:  #!
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
        print(await ws.recv())
    except (asyncio.CancelledError, ConnectionClosed):
        clients.discard(ws)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    try:
        print(await ws.recv())
    except asyncio.CancelledError:
        pass
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
        await asyncio.sleep(1)
    except asyncio.CancelledError:
        clients.discard(ws)
""",
]
