"""What real clients are let loose on."""

from __future__ import annotations

from reporting import report
from sanic import Sanic

from sanic_legacy_ws import ConnectionClosed

app = Sanic("clients")
app.config.WEBSOCKET_ON_DISCONNECT = "raise"  # each handler tells how its connection ended


@app.websocket("/echo")
async def echo(request, ws):
    """Echo until the peer closes, and report its code and reason."""
    try:
        async for message in ws:
            await ws.send(message)
    except ConnectionClosed:
        pass  # not with 1000
    report("closed", name=request.args.get("name"), code=ws.close_code, reason=ws.close_reason)


@app.websocket("/fragments")
async def fragments(request, ws):
    await ws.send(["fr\u00e4g", "", "men", "ts"])
    await ws.send([b"\x00", b"\x01" * 70000])
    await ws.recv()


@app.websocket("/ping")
async def ping(request, ws):
    """Ping the peer, and tell it when its pong has come."""
    pong = await ws.ping(b"are you there?")
    await pong
    await ws.send("pong")


@app.websocket("/close")
async def close(request, ws):
    await ws.close(4001, "by\u00e9")


@app.websocket("/subprotocol", subprotocols=["b", "a"])
async def subprotocol(request, ws):
    await ws.send(ws.subprotocol or "none")
