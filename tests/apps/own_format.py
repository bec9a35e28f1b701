"""An app that brings the access log's format along, as those for Sanic up to 23.6 did."""

from __future__ import annotations

from sanic import Sanic
from sanic.log import LOGGING_CONFIG_DEFAULTS

FORMAT = "[%(host)s] %(request)s %(message)s %(status)d %(byte)d"
formatters = {
    **LOGGING_CONFIG_DEFAULTS["formatters"],
    "access": {"class": "logging.Formatter", "format": FORMAT},
}
app = Sanic("own_format", log_config={**LOGGING_CONFIG_DEFAULTS, "formatters": formatters})


@app.websocket("/echo")
async def echo(request, ws):
    async for message in ws:
        await ws.send(message)
