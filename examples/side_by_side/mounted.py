"""Both on one port: `uvicorn mounted:app`. What FastAPI has no route for goes to Sanic."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from new import app
from old import app as sanic_app


@asynccontextmanager
async def lifespan(_):
    """Start and stop Sanic with FastAPI: an app that is mounted is told of neither."""
    told, said = asyncio.Queue(), asyncio.Queue()
    scope = {"type": "lifespan", "asgi": {"version": "3.0"}}
    running = asyncio.ensure_future(sanic_app(scope, told.get, said.put))
    await told.put({"type": "lifespan.startup"})
    answer = await said.get()
    if answer["type"] != "lifespan.startup.complete":
        raise RuntimeError(answer["message"])
    yield
    await told.put({"type": "lifespan.shutdown"})
    await running


app.router.lifespan_context = lifespan
app.mount("/", sanic_app)
