"""Handlers whose behaviour is the same under Sanic's server and under every ASGI server."""

from __future__ import annotations

import asyncio
import importlib
import warnings

from reporting import describe, report
from sanic import Sanic
from sanic.exceptions import Forbidden
from sanic.response import text

import sanic_legacy_ws
from sanic_legacy_ws import ConnectionClosed, LegacyWebSocket, broadcast, connections

app = Sanic("behaviour")


def before_upgrade(request):
    """Only /guarded asks for something."""
    if not request.path.startswith("/guarded"):
        return None
    if request.args.get("token") != "right":
        raise Forbidden("no such token")
    return {"X-Guard": "passed"}


def select_subprotocol(request, offered, supported):
    """The client's last on /choose, its first that is supported everywhere else."""
    if request.path == "/choose":
        return offered[-1]
    return next((each for each in offered if each in supported), None)


app.config.WEBSOCKET_BEFORE_UPGRADE = before_upgrade
app.config.WEBSOCKET_SELECT_SUBPROTOCOL = select_subprotocol


def told(request, **fields):
    """Report an event that the test finds by its key."""
    report("told", key=request.args.get("key"), **fields)


async def raised(awaitable):
    """The name of what it raises."""
    try:
        return await awaitable
    except (ConnectionClosed, TypeError, ValueError) as exc:
        return describe(exc).partition("(")[0]


@app.route("/")
async def index(request):
    return text("hello")


@app.websocket("/echo", subprotocols=["a", "b"])
async def echo(request, ws):
    """Send back what arrives; tell how it ended."""
    try:
        while True:
            await ws.send(await ws.recv())
    except BaseException as exc:
        told(request, end=describe(exc), code=ws.close_code, reason=ws.close_reason)
        raise


@app.route("/shout")
async def shout(request):
    """Send to everybody by the function of the installed websockets; query: its module."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        theirs = importlib.import_module(request.args.get("module")).broadcast
    theirs(connections(request.app), "to all")
    theirs(connections(request.app), bytearray(b"all"))
    return text("done")


@app.websocket("/choose")
async def choose(request, ws):
    await ws.recv()


@app.websocket("/guarded")
async def guarded(request, ws):
    await ws.send(ws.response_headers["X-Guard"])


@app.websocket("/iterate")
async def iterate(request, ws):
    messages = [message async for message in ws]
    told(request, messages=messages, closed=ws.closed)


@app.websocket("/unread")
async def unread(request, ws):
    """Read on when the connection is gone."""
    messages = [await ws.recv()]
    await ws.wait_closed()
    try:
        while True:
            messages.append(await ws.recv())
    except (ConnectionClosed, asyncio.CancelledError) as exc:
        told(request, messages=messages, end=describe(exc))


@app.websocket("/reads-in-a-task")
async def reads_in_a_task(request, ws):
    """Wait for something else while a task reads; cancel that, and tell how it ended."""
    await ws.recv()
    reader = asyncio.ensure_future(asyncio.wait_for(ws.recv(), 60))
    await asyncio.sleep(0)
    told(request, step="begun")
    try:
        await asyncio.sleep(60)
    finally:
        reader.cancel()
        (end,) = await asyncio.gather(reader, return_exceptions=True)
        told(request, step="ended", end=describe(end))


@app.websocket("/close")
async def close(request, ws):
    """Close with the code and reason of the query."""
    await ws.close(int(request.args.get("code")), request.args.get("reason", ""))
    told(
        request,
        sent=list(ws.close_sent),
        closed=ws.closed,
        recv=await raised(ws.recv()),
        send=await raised(ws.send("late")),
    )


@app.websocket("/fail")
async def fail(request, ws):
    ws.fail_connection(4005, "enough")
    await ws.wait_closed()


@app.websocket("/raises")
async def raises(request, ws):
    """End as the query says."""
    kind = request.args.get("kind")
    if kind == "value":
        raise ValueError("as asked")
    if kind == "closed":  # what a client of another server raised
        raise sanic_legacy_ws.ConnectionClosedError()
    if kind == "cancelled":
        raise asyncio.CancelledError


@app.websocket("/late")
async def late(request, ws):
    """A recv() that was given up, and the one after it."""
    try:
        await asyncio.wait_for(ws.recv(), 0.01)
    except asyncio.TimeoutError:
        pass
    given_up = await ws.recv(0.01)
    await ws.send("now")
    await ws.send(f"{given_up} {await ws.recv()}")


@app.websocket("/second")
async def second(request, ws):
    """Two tasks in recv()."""
    first = asyncio.ensure_future(ws.recv())
    await asyncio.sleep(0)
    try:
        await ws.recv()
    except RuntimeError:
        await ws.send("RuntimeError")
    await ws.send("got " + await first)


@app.websocket("/kinds")
async def kinds(request, ws):
    """Each thing that send takes, and those that it does not."""

    async def later():
        yield b"d"
        yield b"e"

    for message in ("t\u00e9xt", b"b\xff", bytearray(b"a"), memoryview(b"m"), ["x", "y"], later()):
        await ws.send(message)
    for wrong in ({"a": 1}, 5, "\ud800"):
        await ws.send(await raised(ws.send(wrong)))


@app.websocket("/facts/<name>")
async def facts(request, ws, name):
    """What the connection knows of itself."""
    await ws.recv()
    told(
        request,
        name=name,
        path=ws.path,
        header=ws.request_headers.get("X-Fact"),
        remote=ws.remote_address[0],
        local=ws.local_address[1],
        is_legacy=isinstance(ws, LegacyWebSocket),
        states=[ws.open, ws.closed, ws.state.name, ws.close_code],
        registered=ws in connections(app),
        received=ws.stats.messages_received,
        subprotocol=ws.subprotocol,
    )


@app.websocket("/sleeps")
async def sleeps(request, ws):
    """Nothing waits on the socket."""
    told(request, step="begun")
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        told(request, step="ended", code=ws.close_code)
        raise


@app.websocket("/lingers")
async def lingers(request, ws):
    """Go on after the end, for longer than is given."""
    told(request, step="begun")
    try:
        await ws.recv()
    except (ConnectionClosed, asyncio.CancelledError) as exc:
        told(request, step="ended", end=describe(exc))
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        told(request, step="cancelled")
        raise


@app.websocket("/floods")
async def floods(request, ws):
    """Read when the client says so, by the way of another connection."""
    told(request, step="begun")
    gate = app_gate(request.args.get("key"))
    await gate.wait()
    waiting = len(ws.messages)
    received = [int(await ws.recv()) for _ in range(200)]
    await ws.send("done")
    told(request, step="read", waiting=waiting, in_order=received == list(range(200)))


@app.websocket("/pushes")
async def pushes(request, ws):
    """Send more than the peer reads, until it is gone."""
    sent = 0
    try:
        while True:
            await ws.send("x" * 65536)
            sent += 1
    except (ConnectionClosed, asyncio.CancelledError) as exc:
        told(request, end=describe(exc).partition("(")[0], bounded=sent < 2000)


_gates = {}


def app_gate(key):
    return _gates.setdefault(key, asyncio.Event())


@app.route("/open")
async def open_gate(request):
    app_gate(request.args.get("key")).set()
    return text("open")


@app.websocket("/members")
async def members(request, ws):
    await ws.send("in")
    await ws.wait_closed()


@app.route("/broadcast")
async def to_all(request):
    path = "/members?key=" + request.args.get("key")
    others = [ws for ws in connections(app) if ws.path == path]
    skipped = [*broadcast(others, "one"), *broadcast(others, b"two")]
    await asyncio.gather(*(ws.send("three") for ws in others))
    return text(f"{len(others)} {len(skipped)}")
