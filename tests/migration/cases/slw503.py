"""SLW503: subclasses that set attributes without __slots__, or override."""

TO = "both"

FINDS = [
    """\
from sanic.server.protocols.websocket_protocol import WebSocketProtocol

class Mine(WebSocketProtocol):  #!
    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.seen = 0
""",
    """\
import sanic
from websockets.legacy.protocol import WebSocketCommonProtocol

class Mine(WebSocketCommonProtocol):  #!
    pass
""",
]

SILENT = [
    """\
from sanic.server.protocols.websocket_protocol import WebSocketProtocol

class Mine(WebSocketProtocol):
    def connection_made(self, transport):
        super().connection_made(transport)
        self.websocket_timeout = 5
""",
    """\
from sanic.server.protocols.websocket_protocol import WebSocketProtocol

class Mine(WebSocketProtocol):
    def connection_lost(self, exc):
        super().connection_lost(exc)
""",
    """\
class Mine(WebSocketProtocol):
    def __init__(self):
        self.seen = 0
""",
]
