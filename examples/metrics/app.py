"""WebSocket figures for Prometheus: `sanic-legacy-ws run --workers 2 app:app`.

Each worker serves some of the clients, and a request for the figures reaches one worker only. So
the official client writes the figures of every worker to files, in PROMETHEUS_MULTIPROC_DIR, and
adds them up when it is asked.
"""

import asyncio
import os
import tempfile

if "PROMETHEUS_MULTIPROC_DIR" not in os.environ:  # before the client is imported
    os.environ["PROMETHEUS_MULTIPROC_DIR"] = tempfile.mkdtemp(prefix="metrics-")

from prometheus_client import (
    CONTENT_TYPE_LATEST,
    CollectorRegistry,
    Counter,
    Gauge,
    Histogram,
    generate_latest,
    multiprocess,
)
from sanic import Sanic
from sanic.response import text

from sanic_legacy_ws import connections

app = Sanic("metrics")

OPEN = Gauge("websocket_connections", "Open connections", multiprocess_mode="livesum")
UNREAD = Gauge("websocket_unread_messages", "Received, not read", multiprocess_mode="livesum")
CLOSED = Counter("websocket_closed", "Connections that ended, by close code", ["code"])
MESSAGES = Counter("websocket_messages", "Messages of ended connections", ["direction"])
BYTES = Counter("websocket_bytes", "Bytes of ended connections", ["direction"])
LATENCY = Histogram("websocket_latency_seconds", "Ping latency, sampled each second")

PERIOD = 1  # seconds between samples


@app.after_server_start
async def start(app, *_):
    app.ctx.sampling = asyncio.ensure_future(sample(app))


@app.before_server_stop
async def stop(app, *_):
    app.ctx.sampling.cancel()
    multiprocess.mark_process_dead(os.getpid())


async def sample(app):
    """Look at the open connections of this worker, once each PERIOD."""
    while True:
        websockets = list(connections(app))
        OPEN.set(len(websockets))
        UNREAD.set(sum(len(ws.messages) for ws in websockets))
        for ws in websockets:
            if ws.latency:
                LATENCY.observe(ws.latency)
        await asyncio.sleep(PERIOD)


def counted(handler):
    """Count what a handler's connections did, once they are closed."""

    async def counting(request, ws, *args, **kwargs):
        ending = asyncio.ensure_future(count_at_the_end(ws))
        ws.ending = ending  # a task must be kept, or it may be collected
        await handler(request, ws, *args, **kwargs)

    counting.__name__ = handler.__name__
    return counting


async def count_at_the_end(ws):
    await ws.wait_closed()
    stats = ws.stats
    CLOSED.labels(stats.close_code).inc()
    MESSAGES.labels("in").inc(stats.messages_received)
    MESSAGES.labels("out").inc(stats.messages_sent)
    BYTES.labels("in").inc(stats.bytes_received)
    BYTES.labels("out").inc(stats.bytes_sent)


@app.get("/metrics")
async def metrics(request):
    """Give the figures of all workers, from any worker."""
    registry = CollectorRegistry()
    multiprocess.MultiProcessCollector(registry)
    figures = generate_latest(registry).decode()
    return text(figures, content_type=CONTENT_TYPE_LATEST)


@app.websocket("/echo")
@counted
async def echo(request, ws):
    await ws.send(str(os.getpid()))
    async for message in ws:
        await ws.send(message)
