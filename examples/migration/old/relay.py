"""Sends every job that comes in to a worker, and the results back: two tasks on one socket."""

import asyncio

from sanic import Sanic
from sanic.response import text
from sanic.websocket import ConnectionClosed, WebSocketCommonProtocol

app = Sanic("relay")
app.config.WEBSOCKET_MAX_QUEUE = 64
running = set()


async def take(ws: WebSocketCommonProtocol, jobs):
    try:
        while True:
            await jobs.put(await ws.recv())
    except ConnectionClosed:
        pass


async def give(ws: WebSocketCommonProtocol, jobs):
    while True:
        job = await jobs.get()
        await ws.send(job.upper())


@app.websocket("/jobs")
async def relay(request, ws):
    jobs = asyncio.Queue()
    tasks = [asyncio.ensure_future(take(ws, jobs)), asyncio.ensure_future(give(ws, jobs))]
    running.update(tasks)
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        running.difference_update(tasks)


@app.route("/state")
async def state(request):
    return text(str(len(running)))
