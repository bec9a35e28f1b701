"""A handler that reads a message in pieces, by nothing but what Sanic's own object has."""

from __future__ import annotations

from sanic import Sanic

app = Sanic("streaming")
app.config.WEBSOCKET_MAX_SIZE = 100_000


@app.websocket("/pieces")
async def pieces(request, ws):
    """Send back each piece when it arrives, and a mark behind the message."""
    while True:
        async for piece in ws.recv_streaming():
            await ws.send(piece)
        await ws.send("-- end --")
