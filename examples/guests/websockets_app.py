"""Handlers get websockets' current connection, on the port that Sanic serves HTTP on."""

from __future__ import annotations

from sanic import Sanic
from sanic.response import text

from sanic_legacy_ws.guests.websockets_asyncio import WebsocketsAsyncioProtocol

app = Sanic("websockets_app")


@app.route("/")
async def index(request):
    return text("HTTP is served by Sanic, as before.")


@app.websocket("/echo")
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)


@app.websocket("/who")
async def who(request, ws):
    """Tell what the library knows about the request: the path, the headers, the subprotocol."""
    await ws.send(f"{ws.request.path} from {ws.request.headers['Host']}")


if __name__ == "__main__":
    app.run(port=8000, protocol=WebsocketsAsyncioProtocol)
