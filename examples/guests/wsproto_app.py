"""Handlers get wsproto's events, or messages made of them."""

from __future__ import annotations

from sanic import Sanic
from sanic.response import text
from wsproto.events import BytesMessage, CloseConnection, TextMessage

from sanic_legacy_ws.guests.wsproto import WsprotoProtocol

app = Sanic("wsproto_app")


@app.route("/")
async def index(request):
    return text("HTTP is served by Sanic, as before.")


@app.websocket("/echo")
async def echo(request, ws):
    while True:
        await ws.send(await ws.recv())


@app.websocket("/events")
async def events(request, ws):
    """Tell the size of each piece of a message as it comes; a whole one is never held."""
    while True:
        event = await ws.next_event()
        if isinstance(event, (TextMessage, BytesMessage)):
            await ws.send_event(TextMessage(data=str(len(event.data))))
        elif isinstance(event, CloseConnection):
            return


if __name__ == "__main__":
    app.run(port=8000, protocol=WsprotoProtocol)
