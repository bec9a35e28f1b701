"""An app for what goes wrong: handlers that block, never end or send without end."""

from __future__ import annotations

import asyncio
import gc
import os
import time

from reporting import describe, report
from sanic import Sanic
from sanic.response import json, text

from sanic_legacy_ws import ConnectionClosed, connections

app = Sanic("faults")
app.config.WEBSOCKET_ON_DISCONNECT = "raise"  # the handlers tell what they are told
CHUNK = b"x" * 65536


def all_tasks():
    return asyncio.all_tasks(asyncio.get_event_loop())


@app.route("/")
async def index(request):
    return text("hello")


@app.route("/counts")
async def counts(request):
    """Connections and tasks of this worker, garbage collected first."""
    gc.collect()
    return json({"connections": len(connections(request.app)), "tasks": len(all_tasks())})


@app.websocket("/echo")
async def echo(request, ws):
    """Send everything back; tell how it ended."""
    try:
        while True:
            await ws.send(await ws.recv())
    except ConnectionClosed as exc:
        report("echo", end=describe(exc), open=ws.open, closed=ws.closed)
        raise


@app.websocket("/sink")
async def sink(request, ws):
    """Read all, count bytes, tell them in the end."""
    size = 0
    try:
        async for message in ws:
            size += len(message)
    finally:
        report("sink", size=size, code=ws.close_code)


@app.websocket("/deaf")
async def deaf(request, ws):
    """Never read."""
    await ws.wait_closed()
    report("deaf", code=ws.close_code, sent=ws.close_sent and ws.close_sent.code)


@app.websocket("/close")
async def close(request, ws):
    """Close when told; tell how that ended."""
    await ws.recv()
    await ws.close(4000, "enough")
    report("close", code=ws.close_code, sent=ws.close_sent.code)


@app.websocket("/flood")
async def flood(request, ws):
    """Send ``n`` numbered messages of 64 KiB, one after the other."""
    sent = 0
    try:
        for number in range(int(request.args.get("n"))):
            await ws.send(number.to_bytes(4, "big") + CHUNK[4:])
            sent += 1
        report("flooded", sent=sent)
        await ws.wait_closed()
    except ConnectionClosed as exc:
        report("flood", sent=sent, end=describe(exc))
        raise


@app.websocket("/queue")
async def queue(request, ws):
    """Have ``n`` tasks send a message of 64 KiB each, all at once."""
    sends = [ws.send(CHUNK) for _ in range(int(request.args.get("n")))]
    ends = await asyncio.gather(*sends, return_exceptions=True)
    report("queue", sent=ends.count(None), failed=len(ends) - ends.count(None))
    await ws.wait_closed()


@app.websocket("/slow")
async def slow(request, ws):
    """A consumer that takes a message every few milliseconds; tell the numbers' order."""
    expected = 0
    async for message in ws:
        assert int(message.split(":")[0]) == expected
        expected += 1
        await asyncio.sleep(0.002)
    report("slow", read=expected, code=ws.close_code)


@app.websocket("/block")
async def block(request, ws):
    """Hold the event loop for as many seconds as the message says."""
    async for message in ws:
        time.sleep(float(message))
        await ws.send("slept " + message)


@app.websocket("/forever")
async def forever(request, ws):
    """Never end, whatever happens to the connection."""
    report("forever")
    try:
        await asyncio.Event().wait()
    except asyncio.CancelledError:
        report("cancelled")
        raise


@app.websocket("/stubborn")
async def stubborn(request, ws):
    """Swallow ``n`` cancellations."""
    report("stubborn")
    for number in range(int(request.args.get("n"))):
        try:
            await asyncio.Event().wait()
        except asyncio.CancelledError:
            report("swallowed", number=number)


@app.websocket("/cleanup")
async def cleanup(request, ws):
    """Clean up for longer than anybody waits, once the connection is closed."""
    try:
        await ws.recv()
    except ConnectionClosed:
        report("cleaning")
        await asyncio.sleep(3600)


@app.websocket("/relentless")
async def relentless(request, ws):
    """Take the end of the connection for one more thing to ignore."""
    try:
        while True:
            try:
                await ws.recv()
            except ConnectionClosed:
                pass
    finally:
        report("stopped")


@app.route("/reload")
async def reload(request):
    """Have Sanic's manager restart all workers (22.9)."""
    request.app.m.restart("__ALL_PROCESSES__")
    return text("reloading")


@app.websocket("/who")
async def who(request, ws):
    """Tell the worker's process id, then echo."""
    await ws.send(str(os.getpid()))
    async for message in ws:
        await ws.send(message)
