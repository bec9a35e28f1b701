"""SLW101: imports of sanic.websocket, unless an ImportError is expected."""

TO = "both"

FINDS = [
    """\
from sanic.websocket import WebSocketProtocol  #!
""",
    """\
import sanic.websocket  #!
""",
    """\
from sanic import Sanic, websocket  #!
""",
    """\
def late():
    from sanic.websocket import ConnectionClosed, WebSocketConnection  #!
""",
]

SILENT = [
    """\
try:
    from sanic.websocket import WebSocketProtocol
except ImportError:
    WebSocketProtocol = None
""",
    """\
try:
    from sanic.server.protocols.websocket_protocol import WebSocketProtocol
except ImportError:
    from sanic.websocket import WebSocketProtocol
""",
    """\
from .websocket import WebSocketProtocol
""",
    """\
from sanic.server.protocols.websocket_protocol import WebSocketProtocol
""",
]
