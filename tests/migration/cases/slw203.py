"""SLW203: except Exception as the end of a connection."""

TO = "native"

FINDS = [
    """\
import asyncio
from sanic import Sanic

app = Sanic("app")

@app.websocket("/")
async def handler(request, ws):
    while True:
        try:
            await ws.recv()
        except Exception as error:  #!
            print(error)
            break
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
        except Exception:  #!
            clients.discard(ws)
            break
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
            await ws.recv()
        except Exception as error:
            print(error)
""",
    """\
import asyncio
from sanic import Sanic
from websockets import ConnectionClosed

app = Sanic("app")

errors = []

@app.websocket("/")
async def handler(request, ws):
    while True:
        try:
            await ws.recv()
        except Exception:
            errors.append(1)
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
        await ws.recv()
    except Exception:
        return clients.discard(ws)
    finally:
        await ws.close()
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
        await ws.recv()
    except asyncio.CancelledError:
        clients.discard(ws)
    except Exception:
        return clients.discard(ws)
""",
]
