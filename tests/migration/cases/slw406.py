"""SLW406: subprotocols of routes."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/", subprotocols=["b", "a"])  #!
async def handler(request, ws):
    pass
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

app.add_websocket_route(print, "/", subprotocols=["graphql-ws"])  #!
""",
    """\
from . import app

@app.websocket("/", subprotocols=["a"])  #!
async def handler(request, ws):
    pass
""",
]

SILENT = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/", subprotocols=None)
async def handler(request, ws):
    pass
""",
    """\
import websockets
websockets.connect("ws://x", subprotocols=["a"])
""",
    """\
from fastapi import FastAPI
app = FastAPI()
@app.websocket("/", subprotocols=["a"])
async def handler(websocket):
    pass
""",
]
