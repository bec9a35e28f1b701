"""SLW204: loops that go on after the close."""

TO = "shim"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    while True:
        try:
            print(await ws.recv())
        except Exception:  #!
            print("bad")
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from .state import done

@app.websocket("/")
async def handler(request, ws):
    while not done():
        try:
            print(await ws.recv())
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

@app.websocket("/")
async def handler(request, ws):
    while True:
        try:
            print(await ws.recv())
        except ConnectionClosed:
            break
        except Exception:
            print("bad")
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    while True:
        message = await ws.recv()
        try:
            print(message)
        except Exception:
            print("bad")
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    while True:
        try:
            print(await ws.recv())
        except ValueError:
            print("bad")
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    while True:
        try:
            print(await ws.recv())
        except Exception:
            await asyncio.sleep(1)
""",
]
