"""An app for tests of what Sanic and the server do around WebSockets.

Query arguments steer it: `?key=` marks what a handler reports; `?wait=`, `?header=` and
`?refuse=` tell the hook before the upgrade to wait, to add a header, to refuse.
"""

from __future__ import annotations

import asyncio
import contextlib
import gc
import os

import sanic.exceptions
from reporting import describe, report
from sanic import Sanic
from sanic.exceptions import SanicException
from sanic.response import HTTPResponse, json, text

from sanic_legacy_ws import ConnectionClosed, LegacyWebSocket, WebSocketProtocol, connections
from sanic_legacy_ws._compat.sanic import NativeWebSocket
from sanic_legacy_ws.binding.sanic_websocket import SanicWebSocket
from sanic_legacy_ws.binding.upgradable import BaseUpgradableProtocol
from sanic_legacy_ws.guests import GuestProtocol

app = Sanic("served")


async def before_upgrade(request):
    """Do what the request's arguments ask for."""
    report("hook", key=request.args.get("key"))
    await asyncio.sleep(float(request.args.get("wait", 0)))
    if "refuse" in request.args:
        refused = SanicException("refused by the hook", status_code=int(request.args["refuse"][0]))
        refused.headers = {"X-Refused": "yes"}
        refused.quiet = True
        raise refused
    name, _, value = request.args.get("header", "").partition("=")
    return {name: value} if name else None


app.config.WEBSOCKET_BEFORE_UPGRADE = before_upgrade


async def select_subprotocol(request, offered, supported):
    """Choose what the request's arguments name."""
    report("select", key=request.args.get("key"), offered=offered, supported=sorted(supported))
    await asyncio.sleep(0)
    if "turn-away" in request.args:
        raise SanicException("no such subprotocol", status_code=403, quiet=True)
    return request.args.get("choose")


if "TEST_SELECT" in os.environ:
    app.config.WEBSOCKET_SELECT_SUBPROTOCOL = select_subprotocol


class OwnWebSocket(SanicWebSocket):
    """A user's connection class, with an attribute of its own."""

    greeting = "own"

    async def shout(self, message):
        await self.send(message.upper())


class OwnProtocol(WebSocketProtocol):
    """A user's protocol as one wrote it for Sanic 21.6: no slots, attributes of its own."""

    websocket_class = OwnWebSocket

    def __init__(self, *args, **kwargs):
        self.made_at = "start"
        kwargs.update(websocket_max_queue=7, websocket_timeout=3)
        super().__init__(*args, **kwargs)
        self.handshakes = 0

    async def websocket_handshake(self, request, subprotocols=None):
        self.handshakes += 1
        websocket = await super().websocket_handshake(request, subprotocols)
        websocket.from_protocol = (self.made_at, self.handshakes)
        return websocket


class OverridingWebSocket(SanicWebSocket):
    """A connection class that overrides what Sanic calls at the end of a handler."""

    async def close(self, code=1000, reason=""):
        await asyncio.sleep(0)
        await super().close(code, reason)

    def end_connection(self, code=1000, reason=""):
        super().end_connection(code, reason)


class Overriding(WebSocketProtocol):
    websocket_class = OverridingWebSocket


class FailingWebSocket(SanicWebSocket):
    """A connection class that cannot be made."""

    def __init__(self, **arguments):
        super().__init__(**arguments)
        raise ValueError("the handler's own")


class Failing(WebSocketProtocol):
    websocket_class = FailingWebSocket


class FailingLateWebSocket(SanicWebSocket):
    """A connection class that fails when the 101 was sent."""

    def connection_open(self):
        raise ValueError("the handler's own")


class FailingLate(WebSocketProtocol):
    websocket_class = FailingLateWebSocket


class FailingGuest(asyncio.Protocol):
    """A guest that fails when it is asked for what the handler gets."""

    @property
    def websocket(self):
        raise ValueError("the handler's own")


class FailingGuests(GuestProtocol):
    guest = staticmethod(lambda opening: FailingGuest())


class LateGuest(asyncio.Protocol):
    """A guest that fails when it gets the transport."""

    def connection_made(self, transport):
        raise ValueError("the handler's own")


class LateGuests(GuestProtocol):
    guest = staticmethod(lambda opening: LateGuest())


class AllArguments(WebSocketProtocol):
    """The constructor's arguments as Sanic 21.6's own class had them."""

    def __init__(self, *args, **kwargs):
        kwargs.update(
            websocket_timeout=1,
            websocket_max_size=2,
            websocket_max_queue=3,
            websocket_read_limit=4,
            websocket_write_limit=5,
            websocket_ping_interval=6,
            websocket_ping_timeout=None,
        )
        super().__init__(*args, **kwargs)


class BadArgument(WebSocketProtocol):
    """A subclass that gives an argument that cannot be used."""

    def __init__(self, *args, **kwargs):
        kwargs.update(websocket_max_queue=-1)
        super().__init__(*args, **kwargs)


# HTTP.


@app.route("/")
async def index(request):
    return text("hello")


@app.route("/wait")
async def wait(request):
    await asyncio.sleep(60)


@app.route("/post", methods=["POST"])
async def post(request):
    return text(str(len(request.body)))


@app.route("/counts")
async def counts(request):
    """What this worker holds, garbage collected first."""
    gc.collect()
    objects = gc.get_objects()
    return json(
        {
            "connections": len(connections(request.app)),
            "tasks": len(asyncio.all_tasks(asyncio.get_event_loop())),
            "websocket_tasks": sum(not task.done() for task in request.app.websocket_tasks),
            "files": len(os.listdir("/proc/self/fd")),
            "websockets": sum(isinstance(each, LegacyWebSocket) for each in objects),
            "protocols": sum(isinstance(each, BaseUpgradableProtocol) for each in objects),
        }
    )


@app.route("/connections")
async def listed(request):
    found = connections(request.app)
    return json(sorted(ws.path for ws in found))


@app.route("/given")
async def given(request):
    """The settings of this connection, were it a WebSocket."""
    return json(list(request.transport.get_protocol()._read_settings()[:7]))


@app.route("/library")
async def library(request):
    """As python-engineio does: a handshake from an HTTP route, whose response nobody wants."""
    ws = await request.transport.get_protocol().websocket_handshake(request)
    await ws.send(type(ws).__name__)
    try:
        while True:
            await ws.send(await ws.recv())
    except Exception as exc:  # noqa: BLE001 - reported
        report("library", key=request.args.get("key"), end=describe(exc))
    finally:
        report("library-gone", key=request.args.get("key"))
    return HTTPResponse(body="OK", status=200)


@app.route("/library-return")
async def library_return(request):
    ws = await request.transport.get_protocol().websocket_handshake(request)
    await ws.send("bye")
    return text("not to be sent")


@app.route("/library-raise")
async def library_raise(request):
    await request.transport.get_protocol().websocket_handshake(request)
    raise ValueError("the handler's own")


@app.route("/any", methods=["GET", "POST"])
async def any_method(request):
    await request.transport.get_protocol().websocket_handshake(request)


@app.middleware("request")
async def on_request(request):
    report("request", key=request.args.get("key"))
    if "forbid" in request.args:
        return text("by middleware", status=403)
    return None


@app.middleware("response")
async def on_response(request, response):
    report("response", key=request.args.get("key"), kind=type(response).__name__)


# WebSockets.


def handler(path, **options):
    """Register a handler and report its start and its end."""

    def register(function):
        async def run(request, ws):
            key = request.args.get("key")
            report("start", key=key)
            try:
                await function(request, ws)
            except BaseException as exc:
                report("end", key=key, how=describe(exc), code=ws.close_code)
                raise
            report("end", key=key, how="returned", code=ws.close_code)

        run.__name__ = function.__name__
        app.websocket(path, **options)(run)
        return function

    return register


@handler("/echo", subprotocols=["b", "a"])
async def echo(request, ws):
    while True:
        await ws.send(await ws.recv())


@handler("/count")
async def count(request, ws):
    """Read ?n= numbered messages, and send whether they came in order."""
    n = int(request.args.get("n"))
    received = [(await ws.recv()).split()[0] for _ in range(n)]
    await ws.send("in order" if received == [str(i) for i in range(n)] else str(received))


@handler("/info")
async def info(request, ws):
    """Send, for each message, the connection's attribute of that name."""
    try:
        async for name in ws:
            value = getattr(ws, name)
            await ws.send(repr(dict(value) if hasattr(value, "keys") else value))
    finally:
        report("info", key=request.args.get("key"), remote=ws.remote_address, stats=ws.stats)


@handler("/own")
async def own(request, ws):
    protocol = request.transport.get_protocol()
    await ws.shout(f"{ws.greeting} {ws.from_protocol} {ws.max_queue} {ws.close_timeout}")
    protocol.later = 1
    await ws.shout(f"{protocol.websocket is ws} {protocol.later}")


@handler("/native")
async def native(request, ws):
    """Tell what Sanic's own object has, while the connection is there and when it is gone."""
    facts = [native_facts(ws)]
    try:
        await ws.recv()
    except BaseException:
        facts.append(native_facts(ws))
        report("native", key=request.args.get("key"), facts=facts)
        raise


def native_facts(ws):
    protocol = ws.io_proto
    return {
        "protocol": type(protocol).__name__,
        "peer": protocol.conn_info.peername,
        "ip": getattr(protocol.conn_info, "client_ip", protocol.conn_info.peername[0]),
        "transport": protocol.transport is ws.transport,
        "kind": isinstance(ws, NativeWebSocket),
        "fault": str(ws.ws_proto.parser_exc),
    }


@handler("/return")
async def returns(request, ws):
    await ws.send("bye")


@handler("/raise")
async def raises(request, ws):
    await ws.send("oh")
    raise ValueError("the handler's own")


@handler("/raise-status")
async def raises_status(request, ws):
    """Raise an exception of Sanic's, by which HTTP answers with a status."""
    raise getattr(sanic.exceptions, request.args.get("name"))("the handler's own")


@handler("/raise-late")
async def raises_late(request, ws):
    """Fail because the peer has gone."""
    try:
        await ws.recv()
    except BaseException:  # noqa: BLE001 - that is the point
        raise ValueError("the handler's own") from None


@handler("/cancelled")
async def cancelled(request, ws):
    raise asyncio.CancelledError


@handler("/cancel")
async def cancel(request, ws):
    """Cancelled by the app itself."""
    task = asyncio.current_task()
    asyncio.get_event_loop().call_later(0.05, task.cancel)
    await asyncio.sleep(60)


@handler("/swallow")
async def swallow(request, ws):
    """Swallow what ends it, clean up for a while, then return."""
    try:
        await ws.recv()
    except BaseException:  # noqa: BLE001 - that is the point
        await asyncio.sleep(0.05)


@handler("/sleep")
async def sleep(request, ws):
    await asyncio.sleep(60)


@handler("/farewell")
async def farewell(request, ws):
    """Say goodbye when it is cancelled."""
    try:
        await asyncio.sleep(60)
    except asyncio.CancelledError:
        await asyncio.sleep(0.1)
        await ws.send("farewell")
        raise


@handler("/afterwards")
async def afterwards(request, ws):
    """Go on after the client has left; clean up when it is cancelled."""
    with contextlib.suppress(ConnectionClosed):
        await ws.recv()
    report("left", key=request.args.get("key"))
    try:
        await asyncio.sleep(60)
    finally:
        await asyncio.sleep(0.3)


@handler("/stubborn")
async def stubborn(request, ws):
    """Swallow three cancellations, without using the connection."""
    for number in range(3):
        with contextlib.suppress(asyncio.CancelledError):
            await asyncio.sleep(60)
        report("swallowed", key=request.args.get("key"), number=number)


@handler("/helper")
async def helper(request, ws):
    """A task of the handler reads; the handler waits for something that never comes."""

    async def read():
        try:
            while True:
                await ws.send(await ws.recv())
        except ConnectionClosed as exc:
            report("helper", key=request.args.get("key"), end=describe(exc))

    ws.reader = asyncio.ensure_future(read())
    await asyncio.Event().wait()


@handler("/linger")
async def linger(request, ws):
    """Never be done with cleaning up."""
    try:
        await ws.recv()
    except ConnectionClosed as exc:
        report("lingers", key=request.args.get("key"), end=describe(exc))
        await asyncio.sleep(3600)


@handler("/close")
async def close(request, ws):
    """Close by itself, and go on."""
    await ws.close(4001, "mine")
    report("closed", key=request.args.get("key"), code=ws.close_code, closed=ws.closed)


@handler("/unread")
async def unread(request, ws):
    """Start to read when the peer has gone."""
    await ws.wait_closed()
    received = []
    try:
        while True:
            received.append(await ws.recv())
    finally:
        report("unread", key=request.args.get("key"), received=received)


# Signals, where Sanic has them.


def listen(event, condition=None):
    async def on_signal(**context):
        request = context.get("request")
        key = request.args.get("key") if request is not None else None
        report("signal", key=key, name=event, keys=sorted(context))

    on_signal.__name__ = event.replace(".", "_")
    app.signal(event)(on_signal)


for event in os.environ.get("TEST_SIGNALS", "").split():
    listen(event)

if "TEST_CLOSE_AFTER" in os.environ:

    @app.signal("websocket.handler.exception")
    async def close_after(websocket, **context):
        """A listener that closes with a code of its own when a handler raised."""
        await websocket.close(int(os.environ["TEST_CLOSE_AFTER"]))
