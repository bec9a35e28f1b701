"""SLW306: wait_closed()."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    await ws.wait_closed()  #!
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
    await ws.wait_for_connection_lost()
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from .main import server

@app.websocket("/")
async def handler(request, ws):
    await server.wait_closed()
""",
]
