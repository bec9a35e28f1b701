"""SLW102: the class of the old websocket, unless websockets runs without Sanic."""

TO = "both"

FINDS = [
    """\
from websockets import WebSocketCommonProtocol  #!
""",
    """\
from websockets.legacy.protocol import WebSocketCommonProtocol as W  #!
""",
    """\
import websockets
async def feed(request, ws: websockets.WebSocketCommonProtocol):  #!
    pass
""",
]

SILENT = [
    """\
import websockets
from websockets import WebSocketCommonProtocol

server = websockets.serve(print)
""",
    """\
from sanic import Websocket
async def feed(request, ws: Websocket):
    pass
""",
]
