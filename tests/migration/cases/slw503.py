"""SLW503: subclasses that set attributes without __slots__, or override."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "sets attributes without __slots__": alone("""
        from sanic.server.protocols.websocket_protocol import WebSocketProtocol

        class Mine(WebSocketProtocol):  #!
            def __init__(self, *args, **kwargs):
                super().__init__(*args, **kwargs)
                self.seen = 0
    """),
    "a subclass of WebSocketCommonProtocol": alone("""
        import sanic
        from websockets.legacy.protocol import WebSocketCommonProtocol

        class Mine(WebSocketCommonProtocol):  #!
            pass
    """),
}

SILENT = {
    "sets an attribute that the base class has": alone("""
        from sanic.server.protocols.websocket_protocol import WebSocketProtocol

        class Mine(WebSocketProtocol):
            def connection_made(self, transport):
                super().connection_made(transport)
                self.websocket_timeout = 5
    """),
    "only calls the base class": alone("""
        from sanic.server.protocols.websocket_protocol import WebSocketProtocol

        class Mine(WebSocketProtocol):
            def connection_lost(self, exc):
                super().connection_lost(exc)
    """),
    "a class of another origin": alone("""
        class Mine(WebSocketProtocol):
            def __init__(self):
                self.seen = 0
    """),
}
