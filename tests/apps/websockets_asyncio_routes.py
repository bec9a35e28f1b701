"""Routes for what only the websockets_asyncio guest has."""

from __future__ import annotations

from reporting import report
from sanic import Sanic
from websockets.asyncio.server import ServerConnection

from sanic_legacy_ws.guests.websockets_asyncio import WebsocketsAsyncioProtocol as Protocol

__all__ = ["Protocol", "app"]

app = Sanic("websockets_asyncio_routes")


@app.websocket("/tell", subprotocols=["b", "a"])
async def tell(request, ws):
    assert isinstance(ws, ServerConnection)
    report(
        "told",
        path=ws.request.path,
        host=ws.request.headers["Host"],
        accept=ws.response.headers["Sec-WebSocket-Accept"],
        subprotocol=ws.subprotocol,
        max_size=ws.protocol.max_message_size
        if hasattr(ws.protocol, "max_message_size")
        else ws.protocol.max_size,
        intervals=[ws.ping_interval, ws.ping_timeout, ws.close_timeout],
        remote=list(ws.remote_address[:2]),
        extensions=[extension.name for extension in ws.protocol.extensions],
    )
    async for message in ws:
        await ws.send(message)
    report("over", code=ws.close_code)
