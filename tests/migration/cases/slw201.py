"""SLW201: clauses for ConnectionClosed that nothing else makes up for."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    try:
        await ws.send("x")
    except ConnectionClosed:  #!
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
        while True:
            await ws.recv()
    except ConnectionClosed:  #!
        clients.discard(ws)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

clients = set()

@app.websocket("/")
async def handler(request, ws):
    while True:
        try:
            await ws.recv()
        except ConnectionClosed:  #!
            break
    clients.discard(ws)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

import contextlib

@app.websocket("/")
async def handler(request, ws):
    with contextlib.suppress(ConnectionClosed):  #!
        await ws.send("x")
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

class Room:
    def __init__(self):
        self.clients = set()

    def join(self, ws):
        self.clients.add(ws)

    async def tell(self, message):
        for client in self.clients.copy():
            try:
                await client.send(message)
            except ConnectionClosed:  #!
                self.clients.discard(client)


room = Room()


@app.websocket("/")
async def handler(request, ws):
    room.join(ws)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from .shouting import shout

@app.websocket("/")
async def handler(request, ws):
    try:
        await shout(ws, "x")
    except ConnectionClosed:  #!
        pass
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
        await ws.recv()
    except (ConnectionClosed, asyncio.CancelledError):
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
        await ws.send("x")
    except (ConnectionClosed, WebsocketClosed):
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
        while True:
            await ws.recv()
    except (ConnectionClosed, TimeoutError):
        pass
    finally:
        clients.discard(ws)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from .upstream import client

@app.websocket("/")
async def handler(request, ws):
    try:
        await client.send("x")
    except ConnectionClosed:
        pass
""",
    """\
import websockets

async def main():
    ws = await websockets.connect('ws://x')
    try:
        await ws.send('x')
    except websockets.ConnectionClosed:
        print('gone')
""",
]
