"""SLW308: iterables sent as fragments."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    await ws.send(["a", "b"])  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    await ws.send(part for part in "ab")  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    parts = ["a"]
    await ws.send(parts)  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

def parts():
    yield 'a'

@app.websocket("/")
async def handler(request, ws):
    await ws.send(parts())  #!
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
    await ws.send("".join(["a", "b"]))
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    text = "a"
    await ws.send(text)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    parts = ["a"]
    parts = str(parts)
    await ws.send(parts)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from .other import sock

@app.websocket("/")
async def handler(request, ws):
    sock.send(["a"])
""",
]
