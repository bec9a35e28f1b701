"""Handlers that are given as data: `/run?key=...&program=...` interprets a program.

A program is a list of statements, each a list of a name and its arguments; see STATEMENTS.
What each task of a handler sees is kept, and given out as JSON by `/collect`. Repetitions
are told once: how often a loop went round is a matter of time.
"""

from __future__ import annotations

import asyncio
import collections
import json
from functools import partial

from reporting import describe
from sanic import Sanic
from sanic.response import json as json_response
from sanic.response import text
from websockets.exceptions import ConnectionClosed

app = Sanic("programs")

SHORT = 0.02  # seconds; a peer that goes on leaves time for many of these
TURNS = 10
LONG = 60
ROUNDS = 500  # of a loop that nothing ends

cases = {}
gates = collections.defaultdict(partial(asyncio.Event))

KINDS = {
    "closed": ConnectionClosed,
    "exception": Exception,
    "cancelled": asyncio.CancelledError,
    "timeout": asyncio.TimeoutError,
    "everything": BaseException,
}


def add(notes, what):
    """Append a note, unless it ends a repetition of the one, two or three notes before."""
    notes.append(what)
    for size in (1, 2, 3):
        if len(notes) >= 2 * size and notes[-size:] == notes[-2 * size : -size]:
            del notes[-size:]
            return


class Case:
    """One connection: what each of its tasks saw, by the task's name."""

    def __init__(self, key, ws):
        self.ws, self.gate = ws, gates[key]
        self.seen = {}
        self.tasks = {}
        self.unread = None
        ws.connection_lost_waiter.add_done_callback(self.count_unread)

    def count_unread(self, _):
        """What lies unread as the connection ends."""
        self.unread = len(self.ws.messages)

    def outcome(self):
        """All that was seen, of the tasks by name."""
        for name, task in self.tasks.items():
            if not task.done():
                add(self.seen[name], "still running")
                task.cancel()
        return {"unread": self.unread, "seen": self.seen}


class Runner:
    """One task that goes through statements."""

    def __init__(self, case, name):
        self.case, self.ws, self.name = case, case.ws, name
        self.notes = case.seen.setdefault(name, [])
        self.children = 0
        self.ping = None

    def note(self, what):
        add(self.notes, what)

    async def whole(self, body):
        """Run a body as all that this task does, and note how it ends."""
        try:
            await self.run(body)
        except BaseException as exc:
            self.note("raised " + describe(exc))
            raise
        self.note("returned")

    async def run(self, body):
        for name, *arguments in body:
            await getattr(self, "do_" + name)(*arguments)

    def child(self, body):
        """A task of its own for a body."""
        self.children += 1
        runner = Runner(self.case, f"{self.name}.{self.children}")
        task = asyncio.ensure_future(runner.whole(body))
        self.case.tasks[runner.name] = task
        task.add_done_callback(lambda done: done.cancelled() or done.exception())
        return task

    # The statements.

    async def do_recv(self):
        self.note(f"got {await self.ws.recv()!r}")

    async def do_within(self, long):
        """wait_for(recv), for a short or a long time."""
        message = await asyncio.wait_for(self.ws.recv(), LONG if long else SHORT)
        self.note(f"got {message!r}")

    async def do_iterate(self, body):
        async for message in self.ws:
            self.note(f"iterated {message!r}")
            await self.run(body)
        self.note("no more messages")

    async def do_send(self, what):
        await self.ws.send(what)
        self.note("sent " + what)

    async def do_sleep(self):
        """A short while, by the clock and by the loop's turns: what else goes on is faster."""
        await asyncio.sleep(SHORT)
        for _ in range(TURNS):
            await asyncio.sleep(0)

    async def do_gate(self):
        """Wait for something that comes after the end of the connection."""
        await self.case.gate.wait()
        self.note("gate is open")

    async def do_close(self, code):
        await self.ws.close(code)
        self.note("closed")

    async def do_ping(self):
        self.ping = await self.ws.ping()
        self.note("pinged")

    async def do_pong(self):
        """Wait for the pong to the last ping."""
        if self.ping is not None:
            await self.ping
            self.note("pong")

    async def do_wait_closed(self):
        await self.ws.wait_closed()
        self.note("wait is over")

    async def do_raise(self):
        raise ValueError

    async def do_loop(self, body):
        for _ in range(ROUNDS):
            await self.run(body)
        self.note("went round and round")

    async def do_try(self, body, kind, rescue, again):
        try:
            await self.run(body)
        except KINDS[kind] as exc:
            self.note("caught " + describe(exc))
            await self.run(rescue)
            if again:
                raise

    async def do_finally(self, body, cleanup):
        try:
            await self.run(body)
        finally:
            self.note("finally")
            await self.run(cleanup)

    async def do_gather(self, *bodies):
        await asyncio.gather(*map(self.child, bodies))
        self.note("gathered")

    async def do_gather_all(self, *bodies):
        await asyncio.gather(*map(self.child, bodies), return_exceptions=True)
        self.note("gathered all")

    async def do_first(self, awaits, *bodies):
        """wait(FIRST_COMPLETED), then cancel the rest, in the end with a wait for it."""
        tasks = list(map(self.child, bodies))
        try:
            done, _ = await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
            self.note(f"first of them: {sorted(map(tasks.index, done))}")
        finally:
            for task in tasks:
                task.cancel()
            if awaits:
                await asyncio.gather(*tasks, return_exceptions=True)
                self.note("all over")
        for task in done:
            await task

    async def do_spawn(self, body):
        """A task that nobody waits for."""
        self.child(body)


@app.websocket("/run")
async def run(request, ws):
    key = request.args.get("key")
    cases[key] = case = Case(key, ws)
    case.tasks["handler"] = asyncio.current_task()
    await Runner(case, "handler").whole(json.loads(request.args.get("program")))


@app.route("/pause")
async def pause(request):
    """Answer after ?n= short whiles of this loop, each of them some turns: on a busy machine,
    too, all that was due by then has happened."""
    for _ in range(int(request.args.get("n"))):
        await asyncio.sleep(SHORT)
        for _ in range(TURNS):
            await asyncio.sleep(0)
    return text("over")


@app.route("/open")
async def open_gates(request):
    for gate in gates.values():
        gate.set()
    return text("open")


@app.route("/collect")
async def collect(request):
    """All outcomes, by key; the next ones begin anew."""
    outcomes = {key: case.outcome() for key, case in cases.items()}
    cases.clear()
    gates.clear()
    await asyncio.sleep(SHORT)
    return json_response(outcomes)
