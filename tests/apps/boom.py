"""An app whose handler raises."""

from __future__ import annotations

from sanic import Sanic

app = Sanic("boom")


@app.websocket("/ws")
async def ws(request, ws):
    raise RuntimeError("the password is swordfish")
