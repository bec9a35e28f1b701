"""SLW104: broadcast() of websockets."""

TO = "both"

FINDS = [
    """\
import sanic
import websockets

def tell(clients):
    websockets.broadcast(clients, 'x')  #!
""",
    """\
from sanic import Sanic
from websockets.asyncio.server import broadcast

def tell(clients):
    broadcast(clients, 'x')  #!
""",
]

SILENT = [
    """\
from websockets import broadcast

def tell(clients):
    broadcast(clients, 'x')
""",
    """\
import sanic
from .room import broadcast
broadcast([], 'x')
""",
]
