import asyncio

from sanic import Sanic

from sanic_legacy_ws.guests import GuestProtocol
from sanic_legacy_ws.wire.decoder import Decoder
from sanic_legacy_ws.wire.frames import CLOSE, FIN, TEXT, frame, mask_pure


class Frames(asyncio.Protocol):  # stands for your framework
    def __init__(self, opening):
        self.decoder = Decoder(max_size=2**20, mask=mask_pure)
        self.messages = asyncio.Queue()

    def connection_made(self, transport):
        self.transport = transport

    def data_received(self, data):
        self.decoder.feed(data)
        for opcode, payload in self.decoder.decode(self, room=2**31):
            if opcode == CLOSE:
                self.transport.write(frame(FIN | CLOSE, payload))
                self.transport.close()

    def append(self, message):
        self.messages.put_nowait(message)


class FramesProtocol(GuestProtocol):
    guest = Frames


app = Sanic("minimal")


@app.websocket("/echo")
async def echo(request, ws):
    while True:
        ws.transport.write(frame(FIN | TEXT, (await ws.messages.get()).encode()))
