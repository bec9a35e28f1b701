"""A protocol class of one's own, as an app has it that copied Sanic 21.6's, and `wrap`."""

from __future__ import annotations

import contextlib

from httptools import HttpParserUpgrade
from sanic.server import HttpProtocol

from sanic_legacy_ws._compat.websockets_legacy import WebSocketCommonProtocol
from sanic_legacy_ws.guests import wrap
from sanic_legacy_ws.wire.handshake import accept_key


class Library(WebSocketCommonProtocol):
    is_client = False
    side = "server"


class Coroutine:
    """An object with nothing but a coroutine to close it, which writes before it waits."""

    def __init__(self, websocket):
        self._websocket = websocket
        self.transport = websocket.transport

    def __getattr__(self, name):
        if name in ("end_connection", "fail_connection", "close_connection"):
            raise AttributeError(name)
        return getattr(self._websocket, name)

    async def close(self, code=1000, reason=""):
        self._websocket.fail_connection(code, reason)
        await self._websocket.wait_closed()


class Plain(Coroutine):
    """An object whose `close` is no coroutine."""

    def close(self, code=1000, reason=""):
        self._websocket.fail_connection(code, reason)


class OwnProtocol(HttpProtocol):
    __slots__ = ("__dict__",)
    kind = staticmethod(lambda websocket: websocket)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.websocket = self._library = None

    async def websocket_handshake(self, request, subprotocols=None):
        response = (
            "HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            f"Sec-WebSocket-Accept: {accept_key(request.headers['sec-websocket-key'])}\r\n\r\n"
        )
        request.transport.write(response.encode())
        limit = request.app.config.WEBSOCKET_MAX_SIZE
        library = Library(ping_interval=None, close_timeout=0.5, max_size=limit)
        self._library = library
        library.connection_made(request.transport)
        library.connection_open()
        self.websocket = wrap(self.kind(library), request.transport, close_timeout=0.5)
        return self.websocket

    def data_received(self, data):
        if self._library is not None:
            self._library.data_received(data)
            return
        with contextlib.suppress(HttpParserUpgrade):  # of Sanic 20.12's parser
            super().data_received(data)

    def connection_lost(self, exc):
        if self._library is not None:
            self._library.connection_lost(exc)
            # The library's own task would wait for ever for room in a queue that nobody reads.
            self._library.transfer_data_task.cancel()
        super().connection_lost(exc)

    # Sanic's timers, which the class of 21.6 switches off the same way.

    def request_timeout_callback(self):
        if self.websocket is None:
            super().request_timeout_callback()

    def response_timeout_callback(self):
        if self.websocket is None:
            super().response_timeout_callback()

    def keep_alive_timeout_callback(self):
        if self.websocket is None:
            super().keep_alive_timeout_callback()

    def write_response(self, response):  # of Sanic 20.12
        if self.websocket is None:
            super().write_response(response)
        else:
            self.transport.close()


class CoroutineProtocol(OwnProtocol):
    __slots__ = ()
    kind = Coroutine


class PlainProtocol(OwnProtocol):
    __slots__ = ()
    kind = Plain
