"""One route is picows', at C speed; the others keep this package's connection."""

from __future__ import annotations

from picows import WSListener, WSMsgType
from sanic import Sanic
from sanic.response import text

from sanic_legacy_ws import WebSocketProtocol
from sanic_legacy_ws.guests import guest
from sanic_legacy_ws.guests.picows import picows

app = Sanic("picows_app")


class Echo(WSListener):
    """As in picows' own documentation: a listener answers close frames itself."""

    def on_ws_frame(self, transport, frame):
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()
        else:
            transport.send(frame.msg_type, frame.get_payload_as_memoryview())


@app.route("/")
async def index(request):
    return text("HTTP is served by Sanic, as before.")


@app.websocket("/fast")
@guest(picows(lambda opening: Echo()))
async def fast(request, ws):
    await ws.wait_closed()


@app.websocket("/echo")
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)


if __name__ == "__main__":
    app.run(port=8000, protocol=WebSocketProtocol)
