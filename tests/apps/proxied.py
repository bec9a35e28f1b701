"""What a request knows of a client behind a proxy, told by its handler."""

from __future__ import annotations

import json

from sanic import Sanic
from sanic.response import text

app = Sanic("proxied")


@app.route("/trust", methods=["POST"])
async def trust(request):
    """Trust what the body says; Sanic reads the settings at each request."""
    app.config.update(FORWARDED_SECRET=None, PROXIES_COUNT=None, REAL_IP_HEADER=None)
    app.config.update(request.json)
    return text("")


@app.websocket("/path/<name>")
async def facts(request, ws, name):
    """Send what there is to know, and nothing of this package's API: Sanic's own object may run."""
    await ws.send(
        json.dumps(
            {
                "url": request.url,
                "scheme": request.scheme,
                "host": request.host,
                "server": [request.server_name, request.server_port],
                "remote": request.remote_addr,
                "ip": request.ip,
                "peer": ws.remote_address[0] if hasattr(ws, "remote_address") else request.ip,
                "forwarded": {key: str(value) for key, value in request.forwarded.items()},
            }
        )
    )
