"""Handlers get the very class that Sanic 21.6 gave them: the one of the websockets library."""

from __future__ import annotations

from sanic import Sanic
from sanic.response import text

from sanic_legacy_ws.guests.websockets_legacy import (
    WebSocketCommonProtocol,
    WebsocketsLegacyProtocol,
)

app = Sanic("websockets_legacy")


@app.route("/")
async def index(request):
    return text("HTTP is served by Sanic, as before.")


@app.websocket("/echo")
async def echo(request, ws):
    assert isinstance(ws, WebSocketCommonProtocol)
    async for message in ws:
        await ws.send(message)


if __name__ == "__main__":
    app.run(port=8000, protocol=WebsocketsLegacyProtocol)
