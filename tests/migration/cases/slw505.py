"""SLW505: handshakes of one's own."""

TO = "native"

FINDS = [
    """\
async def upgrade(request):
    protocol = request.transport.get_protocol()
    ws = await protocol.websocket_handshake(request)  #!
    await ws.recv()
""",
]

SILENT = [
    """\
def upgrade(uwsgi):
    uwsgi.websocket_handshake()
""",
    """\
from sanic.server.protocols.websocket_protocol import WebSocketProtocol

class Mine(WebSocketProtocol):
    __slots__ = ()

    async def websocket_handshake(self, request, subprotocols=None):
        return await super().websocket_handshake(request, subprotocols)
""",
]
