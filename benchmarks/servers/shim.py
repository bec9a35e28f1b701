"""What one writes first: websockets' legacy object put behind Sanic's HTTP protocol."""

from __future__ import annotations

import warnings
from typing import Any, Sequence

from sanic.server import HttpProtocol
from websockets.datastructures import Headers

from benchmarks.cases import Case
from benchmarks.servers.sanic_app import make_app, run

with warnings.catch_warnings():
    warnings.simplefilter("ignore", DeprecationWarning)
    from websockets.legacy.handshake import build_response, check_request
    from websockets.legacy.protocol import WebSocketCommonProtocol, broadcast


class Legacy(WebSocketCommonProtocol):
    """With the method that Sanic misses on it, or the churn would measure tracebacks."""

    def end_connection(self, code: int) -> None:
        """Close without waiting."""
        self.fail_connection(code)


class Shim(HttpProtocol):
    """Upgrades once, then hands all bytes to the legacy object."""

    __slots__ = ("ping_interval", "websocket")

    def __init__(self, *args: Any, websocket_ping_interval: float = 20, **kwargs: Any) -> None:
        others = [name for name in kwargs if name.startswith("websocket_")]
        for name in others:
            del kwargs[name]
        super().__init__(*args, **kwargs)
        self.ping_interval = websocket_ping_interval
        self.websocket: WebSocketCommonProtocol | None = None

    async def websocket_handshake(
        self, request: Any, subprotocols: Sequence[str] | None = None
    ) -> WebSocketCommonProtocol:
        """Answer the upgrade and make the object; subprotocols are not for a benchmark."""
        headers = Headers()
        build_response(headers, check_request(request.headers))
        lines = "".join(f"{name}: {value}\r\n" for name, value in headers.raw_items())
        transport: Any = self.transport
        transport.write(f"HTTP/1.1 101 Switching Protocols\r\n{lines}\r\n".encode())
        websocket = Legacy(ping_interval=self.ping_interval)
        websocket.is_client, websocket.side = False, "server"
        websocket.connection_made(transport)
        websocket.connection_open()
        self.websocket = websocket
        return websocket

    def data_received(self, data: bytes) -> None:
        """Bytes go to whom they are for."""
        if self.websocket is None:
            super().data_received(data)
        else:
            self.websocket.data_received(data)

    def eof_received(self) -> None:
        """Tell whom it is for."""
        if self.websocket is not None:
            self.websocket.eof_received()

    def connection_lost(self, exc: Exception | None) -> None:
        """Tell both."""
        if self.websocket is not None:
            self.websocket.connection_lost(exc)
        super().connection_lost(exc)

    def close(self, timeout: float | None = None) -> None:
        """Sanic's own end of a request must not cut the legacy object's close handshake."""
        if self.websocket is None:
            super().close()


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    run(make_app(case, broadcast), port, protocol=Shim)
