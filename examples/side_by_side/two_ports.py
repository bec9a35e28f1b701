"""Both in one process on two ports, to share what is in memory: `python two_ports.py`."""

from __future__ import annotations

import asyncio
import os
from contextlib import contextmanager

import uvicorn
from new import app as fastapi_app
from old import app

PORT = int(os.environ.get("PORT", "8000"))


class Uvicorn(uvicorn.Server):
    """A server that leaves the signals to Sanic."""

    @contextmanager
    def capture_signals(self):
        yield


@app.listener("after_server_start")
async def start_fastapi(app, *_):
    config = uvicorn.Config(fastapi_app, port=PORT + 1)
    app.ctx.uvicorn = Uvicorn(config)
    app.ctx.serving = asyncio.ensure_future(app.ctx.uvicorn.serve())


@app.listener("before_server_stop")
async def stop_fastapi(app, *_):
    app.ctx.uvicorn.should_exit = True
    await app.ctx.serving


if __name__ == "__main__":
    app.run(port=PORT, single_process=True)
