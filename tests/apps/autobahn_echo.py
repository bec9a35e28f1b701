"""The echo server that Autobahn's cases are run against."""

from __future__ import annotations

from sanic import Sanic

from sanic_legacy_ws.wire.deflate import DeflateParameters

app = Sanic("autobahn_echo")
app.config.update(
    # The runner can't judge a message of 12.* or 13.* that came uncompressed ...
    WEBSOCKET_COMPRESSION=DeflateParameters(min_size=0),
    # ... and ends, as failed, a case of those in which it is pinged.
    WEBSOCKET_PING_INTERVAL=None,
    WEBSOCKET_MAX_SIZE=2**24,  # as much as the messages of 9.* have
)


@app.websocket("/")
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)
