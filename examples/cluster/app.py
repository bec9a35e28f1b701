"""Rooms that span workers and machines: `REDIS_URL=redis://... sanic-legacy-ws run app:app`.

A worker publishes to Redis what its clients say, and sends to its clients what Redis publishes. So
all clients get the messages of one sender in the order in which it sent them.

Redis pub/sub stores nothing. While a worker is not connected to Redis, its clients lose what others
publish. What its own clients say in that time waits in the worker, up to QUEUE messages, and is
published when Redis is back. After that the sender has to wait.
"""

import asyncio
import json
import os

import redis.asyncio as redis
from sanic import Sanic
from sanic import json as json_response

from sanic_legacy_ws import ConnectionClosed, broadcast, connections

URL = os.environ.get("REDIS_URL", "redis://127.0.0.1:6379")
CHANNEL = "chat"
QUEUE = 1000  # messages of this worker that wait for Redis
PAUSE = 0.2  # seconds between attempts to reach Redis

app = Sanic("cluster")


@app.before_server_start
async def start(app, *_):
    app.ctx.outgoing = asyncio.Queue(QUEUE)
    app.ctx.listening = asyncio.Event()
    app.ctx.tasks = [asyncio.ensure_future(publish(app)), asyncio.ensure_future(listen(app))]


@app.after_server_stop
async def stop(app, *_):
    for task in app.ctx.tasks:
        task.cancel()
    await asyncio.gather(*app.ctx.tasks, return_exceptions=True)


async def publish(app):
    """Publish what waits, one after the other; try each until Redis takes it."""
    async with redis.from_url(URL) as client:
        while True:
            message = await app.ctx.outgoing.get()
            while message is not None:
                await app.ctx.listening.wait()  # this worker's clients get it, too
                try:
                    await client.publish(CHANNEL, message)
                    message = None
                except redis.RedisError:
                    await asyncio.sleep(PAUSE)


async def listen(app):
    """Send what is published to the clients of this worker; connect again when Redis is back."""
    while True:
        try:
            async with redis.from_url(URL) as client, client.pubsub() as pubsub:
                await pubsub.subscribe(CHANNEL)
                async for event in pubsub.listen():
                    if event["type"] == "subscribe":
                        app.ctx.listening.set()
                    elif event["type"] == "message":
                        broadcast(connections(app), event["data"].decode(), close_slow=True)
        except redis.RedisError:
            pass
        app.ctx.listening.clear()
        await asyncio.sleep(PAUSE)


@app.get("/health")
async def health(request):
    """200 while this worker is connected to Redis, 503 while it is not."""
    listening = request.app.ctx.listening.is_set()
    body = {"worker": os.getpid(), "clients": len(list(connections(app)))}
    return json_response(body, status=200 if listening else 503)


@app.websocket("/chat")
async def chat(request, ws):
    name = request.args.get("name", "somebody")
    await ws.send(json.dumps({"worker": os.getpid()}))
    try:
        async for text in ws:
            await request.app.ctx.outgoing.put(json.dumps({"name": name, "text": text}))
    except ConnectionClosed:
        pass  # it left without a close frame
