"""Routes for what only the picows guest has."""

from __future__ import annotations

from types import FunctionType

from picows import WSListener, WSMsgType
from sanic import Sanic

from sanic_legacy_ws.guests import guest
from sanic_legacy_ws.guests.picows import picows

app = Sanic("picows_routes")
app.config.WEBSOCKET_BEFORE_UPGRADE = lambda request: {"X-Hook": "was here"}


class Echo(WSListener):
    def on_ws_frame(self, transport, frame):
        if frame.msg_type == WSMsgType.CLOSE:
            transport.send_close(frame.get_close_code(), frame.get_close_message())
            transport.disconnect()
        elif frame.msg_type != WSMsgType.PONG:
            transport.send(frame.msg_type, frame.get_payload_as_bytes())


def listener(opening):
    return Echo()


@app.websocket("/echo")
@guest(picows(listener))
async def echo(request, ws):
    await ws.wait_closed()


@app.websocket("/typo")
@guest(picows(listener, max_frame=1))
async def typo(request, ws):
    raise AssertionError("no connection")


@app.websocket("/who", subprotocols=["a"])
@guest(picows(listener))
async def who(request, ws):
    reads = request.transport.get_protocol()
    kinds = [is_python(each) for each in (reads.get_buffer, reads.buffer_updated)]
    ws.transport.send(WSMsgType.TEXT, " ".join("Python" if kind else "builtin" for kind in kinds))
    await ws.wait_closed()


def is_python(function):
    return isinstance(getattr(function, "__func__", function), FunctionType)
