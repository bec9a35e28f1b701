"""Both on one port: `uvicorn mounted:app`. FastAPI passes to Sanic what it has no route for."""

from __future__ import annotations

import asyncio
from contextlib import asynccontextmanager

from new import app
from old import app as sanic_app


@asynccontextmanager
async def lifespan(_):
    """Start and stop Sanic with FastAPI, which does not do that for a mounted app."""
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
