"""Handlers whose connection goes while they do something: each tells what it saw, and how it ended.

`?key=` marks what a handler reports; `/hit?key=` sends to its connection from outside.
"""

from __future__ import annotations

import asyncio
import contextlib
import logging

from reporting import describe, report
from sanic import Sanic
from sanic.response import text

from sanic_legacy_ws import ConnectionClosed

app = Sanic("endings")
websockets = {}
logger = logging.getLogger("endings")


class Group(Exception):
    """As asyncio.TaskGroup and anyio raise it."""

    def __init__(self, *exceptions):
        super().__init__()
        self.exceptions = exceptions


def handler(path):
    """Register a handler of a WebSocket and of what reports an event."""

    def register(function):
        async def run(request, ws):
            key = request.args.get("key")
            websockets[key] = ws

            def see(what, **more):
                report("seen", key=key, what=what, **more)

            see("start")
            try:
                await function(ws, see)
            except BaseException as exc:
                report("end", key=key, how=describe(exc))
                raise
            else:
                report("end", key=key, how="returned")
            finally:
                del websockets[key]

        run.__name__ = function.__name__
        app.websocket(path)(run)
        return function

    return register


@app.route("/hit")
async def hit(request):
    """A task of somebody else's uses the connection."""
    try:
        await websockets[request.args.get("key")].send("from outside")
    except ConnectionClosed as exc:
        return text(describe(exc))
    return text("sent")


@handler("/busy")
async def busy(ws, see):
    """Busy for a while with each message."""
    while True:
        message = await ws.recv()
        await asyncio.sleep(0.05)
        see(message)


@handler("/replies")
async def replies(ws, see):
    """As busy, with an answer."""
    async for message in ws:
        await asyncio.sleep(0.05)
        see(message)
        await ws.send(message)


@handler("/pauses")
async def pauses(ws, see):
    """Read one message, then wait for something else."""
    see(await ws.recv())
    await asyncio.sleep(60)


@handler("/pauses-then-reads")
async def pauses_then_reads(ws, see):
    see(await ws.recv())
    await asyncio.sleep(0.5)
    see(await ws.recv())
    await asyncio.sleep(60)


@handler("/sleeps")
async def sleeps(ws, see):
    """Never read."""
    await asyncio.sleep(60)


@handler("/timeout")
async def timeout(ws, see):
    await asyncio.wait_for(ws.recv(), 60)


@handler("/child")
async def child(ws, see):
    """A task reads and answers; the handler waits for it, then cancels it."""

    async def read():
        while True:
            message = await ws.recv()
            await asyncio.sleep(0.05)
            see(message)
            if message == "answer":
                await ws.send("answered")

    reader = asyncio.ensure_future(read())
    try:
        await asyncio.wait([reader])
    finally:
        reader.cancel()
        (end,) = await asyncio.gather(reader, return_exceptions=True)
        see("child: " + describe(end))


@handler("/closes")
async def closes(ws, see):
    """close(), then some work."""
    await ws.close(4000, "enough")
    see("closed")
    await asyncio.sleep(0.05)
    see("still here")
    with contextlib.suppress(ConnectionClosed):
        await ws.send("late")
    await asyncio.sleep(60)


@handler("/closes-in-a-task")
async def closes_in_a_task(ws, see):
    await asyncio.gather(ws.close(4000, "enough"), asyncio.sleep(60))


@handler("/group")
async def group(ws, see):
    raise Group(ConnectionClosedError(), Group(ConnectionClosedError()))


@handler("/mixed-group")
async def mixed_group(ws, see):
    raise Group(ConnectionClosedError(), ValueError("the handler's own"))


class ConnectionClosedError(ConnectionClosed):
    """That of another connection."""

    def __init__(self):
        Exception.__init__(self)


@handler("/task-group")
async def task_group(ws, see):
    """Python 3.11."""
    async with asyncio.TaskGroup() as tasks:
        tasks.create_task(ws.recv())
        tasks.create_task(asyncio.sleep(60))


# What spins where the end is an exception, and is swallowed. The limit is far beyond any bound.


async def forever(ws, call, swallowed=Exception):
    for _ in range(1_000_000):
        try:
            await call()
        except swallowed:
            logger.error("swallowed")


@handler("/spin-recv")
async def spin_recv(ws, see):
    await forever(ws, ws.recv)


@handler("/spin-send")
async def spin_send(ws, see):
    await ws.wait_closed()
    await forever(ws, lambda: ws.send("x"))


@handler("/spin-within")
async def spin_within(ws, see):
    await forever(ws, lambda: asyncio.wait_for(ws.recv(), 60))


@handler("/spin-gather")
async def spin_gather(ws, see):
    """The ticker goes on when its reader, and so the handler, has ended."""

    async def read():
        while True:
            await ws.recv()

    async def tick():
        try:
            await ws.wait_closed()
            await forever(ws, lambda: ws.send("tick"))
        finally:
            see("ticker is over")

    await asyncio.gather(read(), tick())


@handler("/spin-iterate")
async def spin_iterate(ws, see):
    async def iterate():
        async for message in ws:
            see(message)

    await forever(ws, iterate)


@handler("/spin-everything")
async def spin_everything(ws, see):
    """Even its cancellation is swallowed, a few times."""
    for _ in range(1003):
        with contextlib.suppress(BaseException):
            await ws.recv()
