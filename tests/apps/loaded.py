"""An app whose handler tells what its process has loaded."""

from __future__ import annotations

import ast
import sys

from sanic import Sanic

app = Sanic("loaded")


@app.websocket("/")
async def loaded(request, ws):
    ours = [name for name in sys.modules if name.partition(".")[0] == "sanic_legacy_ws"]
    await ws.send(" ".join([*ours, *sys.modules.keys() & {"libcst"}]))
    await ws.send(" ".join(name for name in ours if ast in vars(sys.modules[name]).values()))
