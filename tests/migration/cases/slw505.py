"""SLW505: handshakes of one's own."""

from __future__ import annotations

from . import alone

TO = "native"

FINDS = {
    "from an HTTP route": alone("""
        async def upgrade(request):
            protocol = request.transport.get_protocol()
            ws = await protocol.websocket_handshake(request)  #!
            await ws.recv()
    """),
}

SILENT = {
    "the app ends the connection": alone("""
        async def upgrade(request):
            protocol = request.transport.get_protocol()
            ws = await protocol.websocket_handshake(request)
            try:
                await ws.recv()
            finally:
                await ws.close()
    """),
    "another framework": alone("""
        def upgrade(uwsgi):
            uwsgi.websocket_handshake()
    """),
    "an override that calls super()": alone("""
        from sanic.server.protocols.websocket_protocol import WebSocketProtocol

        class Mine(WebSocketProtocol):
            __slots__ = ()

            async def websocket_handshake(self, request, subprotocols=None):
                return await super().websocket_handshake(request, subprotocols)
    """),
}
