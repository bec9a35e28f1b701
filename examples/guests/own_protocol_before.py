"""An app with a protocol class of its own, as before Sanic 21.9."""

from __future__ import annotations

import asyncio

from sanic import Sanic
from sanic.server import HttpProtocol
from wsproto import ConnectionType
from wsproto.connection import Connection
from wsproto.events import CloseConnection, TextMessage
from wsproto.utilities import generate_accept_token


class Socket:
    """Knows nothing of Sanic: no `end_connection`, no `fail_connection`, not even `close`."""

    def __init__(self, transport):
        self.transport = transport
        self.connection = Connection(ConnectionType.SERVER)

    def send(self, text):
        self.transport.write(self.connection.send(TextMessage(data=text)))

    def data_received(self, data):
        self.connection.receive_data(data)
        for event in self.connection.events():
            if isinstance(event, TextMessage):
                self.send(event.data.upper())
            elif isinstance(event, CloseConnection):
                self.transport.write(self.connection.send(event.response()))
                self.transport.close()


class OwnProtocol(HttpProtocol):
    __slots__ = ("websocket",)

    def __init__(self, *args, **kwargs):
        super().__init__(*args, **kwargs)
        self.websocket = None

    async def websocket_handshake(self, request, subprotocols=None):
        token = generate_accept_token(request.headers["sec-websocket-key"].encode())
        await self.send(
            b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
            b"Sec-WebSocket-Accept: %s\r\n\r\n" % token
        )
        self.websocket = Socket(self.transport)
        return self.websocket

    def data_received(self, data):
        if self.websocket is None:
            super().data_received(data)
        else:
            self.websocket.data_received(data)


app = Sanic("own_protocol")


@app.websocket("/shout")
async def shout(request, ws):
    ws.send("say something")
    await asyncio.sleep(3600)  # until the peer has gone: then Sanic calls ws.end_connection(1000)


if __name__ == "__main__":
    app.run(port=8000, protocol=OwnProtocol)
