"""SLW309: new methods where the oldest Sanic is too old."""

TO = "native 21.3"

FINDS = [
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    await ws.recv(5)  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    await ws.recv(timeout=5)  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    await ws.recv_burst()  #!
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    async for part in ws.recv_streaming():  #!
        print(part)
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
    await ws.recv()
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    await ws.close(4000)
""",
]
