"""An app whose hook answers with what the query asks for."""

from __future__ import annotations

from sanic import Sanic

app = Sanic("hooked")


async def hook(request):
    return {"X-From-Query": request.args.get("header", "none")}


app.config.WEBSOCKET_BEFORE_UPGRADE = hook


@app.websocket("/ws")
async def ws(request, ws):
    await ws.send("hello")
