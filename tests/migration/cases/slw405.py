"""SLW405: async for where the oldest Sanic is too old."""

TO = "native 22.6"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    async for message in ws:  #!
        print(message)
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
    for message in [ws]:
        print(message)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

from .x import stream

@app.websocket("/")
async def handler(request, ws):
    async for message in stream():
        print(message)
""",
]
