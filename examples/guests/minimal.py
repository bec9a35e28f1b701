import asyncio

from sanic import Sanic
from wsproto.connection import Connection, ConnectionType
from wsproto.events import CloseConnection, Message, TextMessage

from sanic_legacy_ws.guests import GuestProtocol


class Messages(asyncio.Protocol):  # stands for your framework
    def __init__(self, opening):
        self.connection = Connection(ConnectionType.SERVER)
        self.messages, self.parts = asyncio.Queue(), []

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.connection.receive_data(data)
        for event in self.connection.events():
            if isinstance(event, Message):
                self.parts.append(event.data)
                if event.message_finished:
                    self.messages.put_nowait(type(event.data)().join(self.parts))
                    self.parts.clear()
            elif isinstance(event, CloseConnection):
                self.transport.write(self.connection.send(event.response()))
                self.transport.close()


class MessagesProtocol(GuestProtocol):
    guest = Messages


app = Sanic("minimal")


@app.websocket("/echo")
async def echo(request, ws):
    while True:
        message = TextMessage(data=await ws.messages.get())
        ws.transport.write(ws.connection.send(message))
