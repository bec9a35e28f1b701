"""WebSocket handlers as apps for Sanic 21.6 had them, each reporting what it sees.

A test gives `?key=` of its own and reads the events of that key: "seen" with what
the handler saw, "task" with what a task of the handler saw, "over" when it has
ended. `/go?key=` opens the gate that some handlers wait at.
"""

from __future__ import annotations

import asyncio
import collections
from contextlib import suppress
from functools import partial

from reporting import describe, report
from sanic import Sanic
from sanic.response import text

app = Sanic("old_handlers")
gates = collections.defaultdict(partial(asyncio.Event))

ATTRIBUTES = [
    "open",
    "closed",
    "state",
    "remote_address",
    "local_address",
    "subprotocol",
    "extensions",
    "messages",
    "pings",
    "transport",
    "loop",
    "max_size",
    "max_queue",
    "read_limit",
    "write_limit",
    "ping_interval",
    "ping_timeout",
    "close_timeout",
    "close_code",
    "close_reason",
    "host",
    "port",
    "secure",
    "path",
    "request_headers",
    "response_headers",
    "is_client",
    "side",
    "recv",
    "send",
    "close",
    "wait_closed",
    "ping",
    "pong",
    "ensure_open",
    "fail_connection",
    "connection_lost_waiter",
    "transfer_data_task",
    "keepalive_ping_task",
    "close_connection_task",
    "__aiter__",
]


class Case:
    """One connection: its request, its WebSocket, and the report of what the handler sees."""

    def __init__(self, request, ws):
        self.request, self.ws, self.key = request, ws, request.args.get("key")
        self.tasks = []

    def seen(self, what, event="seen"):
        report(event, key=self.key, what=what)

    async def attempt(self, name, awaitable, event="seen"):
        """Await, report the result or the exception, and tell whether it was a result."""
        try:
            result = await awaitable
        except (Exception, asyncio.CancelledError) as exc:  # noqa: BLE001 - reported, all of them
            self.seen(f"{name} raised {describe(exc)}", event)
            return False
        self.seen(f"{name} gave {result!r}", event)
        return True

    async def says(self, name, awaitable):
        """Await, and report the words of its exception."""
        try:
            await awaitable
        except Exception as exc:  # noqa: BLE001 - reported, all of them
            cause = ", from a cause" if exc.__cause__ is not None else ""
            self.seen(f"{name} says: {exc}{cause}")

    def task(self, name, awaitable):
        """Await in a task of its own, which reports "task" events."""
        made = asyncio.ensure_future(self.attempt(name, awaitable, "task"))
        self.tasks.append(made)
        return made

    async def gate(self):
        self.seen("at the gate")
        await gates[self.key].wait()

    async def drain(self):
        """Receive up to the first exception."""
        while await self.attempt("recv", self.ws.recv()):
            pass


def handler(path, **options):
    """Register a handler of one argument, a Case."""

    def register(function):
        async def run(request, ws):
            case = Case(request, ws)
            case.seen("start")
            try:
                await function(case)
            except BaseException as exc:
                case.seen("raised " + describe(exc))
                raise
            else:
                case.seen("returned")
            finally:
                try:
                    if case.tasks:
                        await asyncio.wait(case.tasks, timeout=3)
                finally:
                    report("over", key=case.key)

        run.__name__ = function.__name__  # the route's name: it has to be one of its own
        app.websocket(path, **options)(run)
        return function

    return register


@app.route("/go")
async def go(request):
    gates[request.args.get("key")].set()
    return text("gone")


@handler("/echo")
async def echo(case):
    while True:
        message = await case.ws.recv()
        case.seen(f"got {message[:40]!r}")
        await case.ws.send(message)


@handler("/recv")
async def recv(case):
    case.seen("waiting")
    message = await case.ws.recv()
    case.seen(f"got {message!r}")


@handler("/iterate")
async def iterate(case):
    async for message in case.ws:
        case.seen(f"got {message!r}")
    case.seen("loop ended")


@handler("/sleep")
async def sleep(case):
    await case.gate()


@handler("/clean-up")
async def clean_up(case):
    """A handler with something to await at its end."""
    try:
        await case.gate()
    finally:
        await asyncio.sleep(0.1)
        case.seen("cleaned up")


@handler("/return")
async def returns(case):
    pass


@handler("/raise")
async def raises(case):
    raise ValueError("the handler's own")


@handler("/close")
async def close(case):
    """close(), with ?code= and ?reason=, then everything that one can do after it."""
    arguments = {}
    if case.request.args.get("code"):
        arguments["code"] = int(case.request.args.get("code"))
    if case.request.args.get("reason"):
        arguments["reason"] = case.request.args.get("reason")
    await case.ws.close(**arguments)
    case.seen(f"after close: open {case.ws.open}, closed {case.ws.closed}")
    case.seen(f"code {case.ws.close_code} reason {case.ws.close_reason!r}")


@handler("/use-closed")
async def use_closed(case):
    """What the methods do once the peer has gone."""
    ws = case.ws
    await case.attempt("recv", ws.recv())
    await case.attempt("recv", ws.recv())
    await case.attempt("send", ws.send("too late"))
    await case.attempt("ping", ws.ping())
    await case.attempt("pong", ws.pong())
    await case.attempt("ensure_open", ws.ensure_open())
    await case.attempt("close", ws.close(4000, "too late"))
    await case.attempt("wait_closed", ws.wait_closed())
    case.seen(f"open {ws.open}, closed {ws.closed}")
    case.seen(f"code {ws.close_code} reason {ws.close_reason!r}")


@handler("/drain-at-gate")
async def drain_at_gate(case):
    """Busy with something else until the gate opens; then read all."""
    await case.gate()
    await case.drain()


@handler("/drain-later")
async def drain_later(case):
    """Busy with the first message until the gate opens; then read all."""
    await case.attempt("recv", case.ws.recv())
    await case.gate()
    await case.drain()


@handler("/busy")
async def busy(case):
    """Busy until the gate opens; then end without reading."""
    await case.gate()


@handler("/stubborn")
async def stubborn(case):
    """Swallow the cancellation and go on to the gate."""
    await case.attempt("recv", case.ws.recv())
    await case.attempt("send", case.ws.send("still here"))
    case.seen("went on")


@handler("/send-kinds")
async def send_kinds(case):
    ws = case.ws

    async def later():
        for part in ("x", "y"):
            yield part

    for data in (
        "text",
        "",
        b"bytes",
        b"",
        bytearray(b"array"),
        memoryview(b"view"),
        "\u00e9\U0001f600",
    ):
        await ws.send(data)
    for data in (["a", "b"], ("c",), [b"d", b"e", b""], iter(["f", "g"]), later()):
        await ws.send(data)
    await case.attempt("send nothing", ws.send([]))
    for data in ({"a": 1}, 1, None):
        await case.attempt(f"send {data!r}", ws.send(data))


@handler("/send-mixed")
async def send_mixed(case):
    """A second fragment of another type."""
    await case.attempt("send", case.ws.send(["a", b"b"]))


@handler("/send-loop")
async def send_loop(case):
    """Send until it fails."""
    await case.gate()
    while True:
        await case.ws.send("x" * 1000)
        await asyncio.sleep(0.001)


@handler("/flood")
async def flood(case):
    """Send 25 MiB in pieces of 64 KiB, and tell how far it has got."""
    for count in range(1, 401):
        await case.ws.send(b"x" * 65536)
        if count % 20 == 0:
            case.seen(f"sent {count}")


@handler("/ping")
async def ping(case):
    ws = case.ws
    waiter = await ws.ping(b"one")
    await case.attempt("same ping", ws.ping(b"one"))
    case.seen(f"pings {len(ws.pings)}")
    await waiter
    case.seen(f"pong, pings {len(ws.pings)}")
    await ws.ping("text")
    await ws.pong(b"unasked")


@handler("/ping-twice")
async def ping_twice(case):
    """Two pings out: a pong to the second answers both."""
    first, second = await case.ws.ping(b"1"), await case.ws.ping(b"2")
    await second
    case.seen(f"first done: {first.done()}")


@handler("/ping-closed")
async def ping_closed(case):
    """A ping whose pong never comes."""
    waiter = await case.ws.ping(b"never")
    case.task("pong", waiter)
    await case.attempt("recv", case.ws.recv())


@handler("/timeout")
async def timeout(case):
    """wait_for(recv) runs out, three times; the next recv still gets every message."""
    for _ in range(3):
        await case.attempt("wait_for", asyncio.wait_for(case.ws.recv(), 0.02))
    case.seen("listening")
    await case.attempt("recv", case.ws.recv())
    await case.attempt("recv", case.ws.recv())


@handler("/cancel-recv")
async def cancel_recv(case):
    """A cancelled recv task leaves the message to the next recv."""
    task = asyncio.ensure_future(case.ws.recv())
    await asyncio.sleep(0)
    task.cancel()
    await case.attempt("task", task)
    case.seen("listening")
    await case.attempt("recv", case.ws.recv())


@handler("/concurrent")
async def concurrent(case):
    """A second recv while one waits."""
    first = case.task("first", case.ws.recv())
    await asyncio.sleep(0)
    await case.attempt("second", case.ws.recv())
    case.seen("listening")
    await first


@handler("/reader-task")
async def reader_task(case):
    """A task reads; the handler waits for the task."""
    task = case.task("task", case.ws.recv())
    await asyncio.sleep(0)
    case.seen("waiting")
    await asyncio.wait([task])


@handler("/first-completed")
async def first_completed(case):
    """The consumer and producer pattern: whichever ends first ends both."""
    consumer = asyncio.ensure_future(case.ws.recv())
    producer = asyncio.ensure_future(gates[case.key].wait())
    case.seen("waiting")
    done, pending = await asyncio.wait([consumer, producer], return_when=asyncio.FIRST_COMPLETED)
    for task in pending:
        task.cancel()
    case.seen(f"consumer done: {consumer in done}")
    await case.attempt("consumer", consumer)


@handler("/wait-closed")
async def wait_closed(case):
    """Wait for the end, as an app that only sends does."""
    case.seen("waiting")
    await case.ws.wait_closed()
    case.seen(f"code {case.ws.close_code} reason {case.ws.close_reason!r}")


@handler("/closing")
async def closing(case):
    """Use of the connection between our close frame and the peer's."""
    case.task("close", case.ws.close(4001, "first"))
    while case.ws.open:
        await asyncio.sleep(0)
    case.task("send", case.ws.send("x"))
    case.task("close again", case.ws.close(4002, "second"))
    case.task("recv", case.ws.recv())
    case.seen(f"closing: open {case.ws.open}, closed {case.ws.closed}")
    await asyncio.wait(case.tasks)


@handler("/fail")
async def fail(case):
    """fail_connection from the handler."""
    case.ws.fail_connection(4003, "failed")
    await case.attempt("recv", case.ws.recv())


@handler("/attributes")
async def attributes(case):
    present = [name for name in ATTRIBUTES if hasattr(case.ws, name)]
    case.seen("missing: " + " ".join(name for name in ATTRIBUTES if name not in present))
    for name in ("open", "closed", "subprotocol", "extensions", "max_size", "max_queue"):
        case.seen(f"{name} = {getattr(case.ws, name)!r}")
    for name in ("read_limit", "write_limit", "ping_interval", "close_timeout", "is_client"):
        case.seen(f"{name} = {getattr(case.ws, name)!r}")
    case.seen(f"state = {case.ws.state.name}")
    case.ws.of_the_user = 1
    case.seen(f"own attribute: {case.ws.of_the_user}")
    case.seen(f"host: {case.ws.remote_address[0]}")


@handler("/choose", subprotocols=["b", "a"])
async def choose(case):
    case.seen(f"subprotocol {case.ws.subprotocol!r}")


@handler("/words")
async def words(case):
    """What exceptions say: a second recv, and a send after the end."""
    case.task("first", case.ws.recv())
    await asyncio.sleep(0)
    await case.says("second", case.ws.recv())
    case.seen("waiting")
    with suppress(asyncio.CancelledError):
        await case.ws.wait_closed()
    await case.says("send", case.ws.send("x"))
