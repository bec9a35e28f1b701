"""How real handlers of Sanic 21.6's time end: the shapes that were found in public apps.

They are routes of the app in old_handlers.py, and report as its handlers do.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc

from old_handlers import app, handler
from reporting import describe
from sanic.response import text
from websockets.exceptions import ConnectionClosed

__all__ = ["app"]

ROUNDS = 300
FAILURES = 10  # of 0.05 s each: a ticker ends by itself where nothing ends it
clients = set()


class ExceptionGroup(Exception):
    """As it came with Python 3.11."""

    def __init__(self, exceptions):
        super().__init__()
        self.exceptions = tuple(exceptions)


class Group:
    """asyncio.TaskGroup, as far as the handlers here need it, before Python 3.11."""

    async def __aenter__(self):
        self.tasks = []
        return self

    def create_task(self, coroutine):
        self.tasks.append(asyncio.ensure_future(coroutine))

    async def __aexit__(self, *_):
        try:
            await asyncio.wait(self.tasks, return_when=asyncio.FIRST_EXCEPTION)
        finally:
            for task in self.tasks:
                task.cancel()
            ends = await asyncio.gather(*self.tasks, return_exceptions=True)
        failed = [end for end in ends if isinstance(end, Exception)]
        if failed:
            raise ExceptionGroup(failed)


TaskGroup = getattr(asyncio, "TaskGroup", Group)


@app.route("/collect")
async def collect(request):
    """Have what nobody refers to any more say so in the log."""
    gc.collect()
    return text("collected")


@handler("/shape/forgets-the-client")
async def forgets_the_client(case):
    """A register of clients that is kept up to date where the handler is cancelled."""
    clients.add(case.ws)
    case.seen("waiting")
    try:
        while True:
            await case.ws.recv()
    except asyncio.CancelledError:
        clients.remove(case.ws)
        case.seen(f"clients left: {len(clients)}")


@handler("/shape/first-of-two")
async def first_of_two(case):
    """Whichever task ends first ends both; cleans up with something to wait for."""
    reader = asyncio.ensure_future(case.ws.recv())
    ticker = asyncio.ensure_future(asyncio.sleep(60))
    case.seen("waiting")
    try:
        await asyncio.wait([reader, ticker], return_when=asyncio.FIRST_COMPLETED)
        case.seen("one is done")
    finally:
        for task in (reader, ticker):
            task.cancel()
        ends = await asyncio.gather(reader, ticker, return_exceptions=True)
        case.seen("ends: " + ", ".join(map(describe, ends)))
        await asyncio.sleep(0.05)
        case.seen("cleaned up")


@handler("/shape/swallows-in-a-loop")
async def swallows_in_a_loop(case):
    """The try stands within the loop."""
    case.seen("waiting")
    for _ in range(ROUNDS):
        with contextlib.suppress(ConnectionClosed):
            await case.ws.recv()
    case.seen("went round and round")


@handler("/shape/ticker-swallows")
async def ticker_swallows(case):
    """A reader and a ticker, the second of which ignores what send raises."""

    async def read():
        while True:
            await case.ws.recv()

    async def tick():
        failures = 0
        while failures < FAILURES:
            try:
                await case.ws.send("tick")
            except Exception:  # noqa: BLE001 - as the apps have it
                failures += 1
            await asyncio.sleep(0.05)

    case.seen("waiting")
    await asyncio.gather(read(), case.task("ticker", tick()))


@handler("/shape/iterates")
async def iterates(case):
    """A loop over the messages, with the clean-up where the handler is cancelled."""
    case.seen("waiting")
    try:
        async for message in case.ws:
            case.seen(f"got {message!r}")
        case.seen("loop ended")
    except asyncio.CancelledError:
        case.seen("cleaned up")
        raise


@handler("/shape/acts-once")
async def acts_once(case):
    """A message to the peer on any failure, and the clean-up behind it."""
    case.seen("waiting")
    try:
        while True:
            await case.ws.recv()
    except Exception as exc:  # noqa: BLE001 - as the apps have it
        case.seen("sorry for " + describe(exc))
        await case.ws.send("sorry")
    finally:
        case.seen("cleaned up")


@handler("/shape/task-group")
async def task_group(case):
    """A reader and a worker in a group of tasks."""
    case.seen("waiting")
    try:
        async with TaskGroup() as group:
            group.create_task(case.ws.recv())
            group.create_task(asyncio.sleep(60))
    finally:
        case.seen("cleaned up")


@handler("/shape/reads-with-a-timeout")
async def reads_with_a_timeout(case):
    """A look at something else every now and then."""
    case.seen("waiting")
    while True:
        with contextlib.suppress(asyncio.TimeoutError):
            await asyncio.wait_for(case.ws.recv(), 30)


@handler("/shape/cancels-its-reader")
async def cancels_its_reader(case):
    """A reader in a task of its own that logs how it failed, as libraries have it."""

    async def read():
        try:
            while True:
                await case.ws.recv()
        except asyncio.CancelledError:
            case.seen("reader cancelled", "task")
            raise
        except Exception as exc:  # noqa: BLE001 - reported
            case.seen("reader failed: " + describe(exc), "task")

    reader = asyncio.ensure_future(read())
    await asyncio.sleep(0)
    case.seen("waiting")
    try:
        await asyncio.Event().wait()
    finally:
        reader.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await reader
        case.seen("reader is over")


@handler("/shape/reads-what-came")
async def reads_what_came(case):
    """Busy for a while with each message."""
    case.seen("waiting")
    while True:
        message = await case.ws.recv()
        await asyncio.sleep(0.05)
        case.seen(f"done with {message}")
