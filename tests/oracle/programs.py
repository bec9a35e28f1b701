"""Programs at random: a handler and a peer, each a list of steps, and what both see.

A handler is interpreted by tests/apps/programs.py. Many programs run at once, in step: each
peer does one thing, then the server has a PAUSE by its own clock. So the order of what
happens to one connection does not depend on the machine.
"""

from __future__ import annotations

import asyncio
import json
import random
import socket
import struct
import zlib
from typing import Any, Dict, List, NamedTuple
from urllib.parse import quote

from tests.support import RawClient, Server
from tests.support.client import CLOSE, CONT, KEY, PING, PONG, TEXT, close_payload, encode_frame

from .peer import NAMES

APP = "programs"
# Without -X dev: with its debugging, fifty handlers at once are slow.
SERVER: dict[str, Any] = {"config": {"WEBSOCKET_PING_INTERVAL": None}, "strict": False}
PAUSE = 8  # short whiles, of the app
AT_ONCE = 75  # programs
PATIENCE = 20.0  # seconds

Body = List[List[Any]]
Outcome = Dict[str, Any]


class Program(NamedTuple):
    """What a handler and its peer do. A rude peer hangs up where the server closes."""

    handler: Body
    peer: list[Any]
    rude: bool

    def check(self) -> int:
        """What tells whether a seed still makes the program that was recorded."""
        return zlib.crc32(json.dumps(self).encode())


# -- making them -------------------------------------------------------------

SIMPLE = (
    *(["send"],) * 5,
    *(["sleep"],) * 2,
    *(["gate"],) * 2,
    *(["ping"], ["pong"]),
    ["wait_closed"],
    *(["close"], ["raise"]),
)
READING = (
    *(["recv"],) * 6,
    *(["within", True],) * 3,
    ["within", False],
)
COMPOUND = (
    *("loop",) * 5,
    *("try",) * 7,
    *("finally",) * 3,
    *("gather",) * 2,
    "gather_all",
    *("first",) * 3,
    "spawn",
)
KINDS = ("closed", "closed", "exception", "exception", "cancelled", "timeout", "everything")
STEPS = (["text"], ["text"], ["text"], ["two texts"], ["fragments"], ["ping"], ["nothing"])
ENDS = (
    *(["close", 1000, "bye"],) * 3,
    ["close", 1001, ""],
    ["close", 4000, "enough"],
    ["close", None, ""],
    *(["fin"],) * 2,
    *(["reset"],) * 3,
)


class _May(NamedTuple):
    """What a task may do. What tasks side by side do must not depend on which is faster.

    Two tasks that receive are refused by every WebSocket, and two clocks race; so does a clock
    with the answer of the peer to a close frame.
    """

    read: bool = True
    wait_shortly: bool = True
    close: bool = True

    def do(self, name: str, arguments: list[Any]) -> bool:
        if name == "close":
            return self.close
        return self.wait_shortly or (name != "sleep" and arguments != [False])


class _Maker:
    def __init__(self, seed: int) -> None:
        self._random = random.Random(seed)
        self._sends = 0

    def program(self) -> Program:
        steps = [self._any(STEPS) for _ in range(1 + self._below(4))]
        return Program(self._body(2, _May()), [*steps, self._any(ENDS)], self._below(5) == 0)

    def _below(self, bound: int) -> int:
        return int(self._random.random() * bound)  # the same on every Python, as documented

    def _any(self, choices: Any) -> Any:
        return choices[self._below(len(choices))]

    def _body(self, depth: int, may: _May) -> Body:
        return [self._statement(depth, may) for _ in range(1 + self._below(3))]

    def _statement(self, depth: int, may: _May) -> list[Any]:
        if depth and self._below(2):
            return self._compound(depth - 1, may)
        name, *arguments = self._any(READING if may.read and self._below(2) else SIMPLE)
        if not may.do(name, arguments):
            name, arguments = "send", []
        if name == "send":
            self._sends += 1
            arguments = [f"s{self._sends}"]
        elif name == "close":
            arguments = [self._any((1000, 1000, 4001))]
        return [name, *arguments]

    def _compound(self, depth: int, may: _May) -> list[Any]:
        name = "iterate" if may.read and self._below(4) == 0 else self._any(COMPOUND)
        if name == "try":
            body, kind = self._body(depth, may), self._any(KINDS)
            return [name, body, kind, self._rescue(may), bool(self._below(2))]
        if name == "finally":
            return [name, self._body(depth, may), self._rescue(may)]
        if name == "iterate":
            return [name, self._body(depth, may._replace(read=False))]
        if name == "loop":
            return [name, self._body(depth, may)]
        if name == "spawn":
            return [name, self._body(depth, _May(False, False, False))]
        first = self._body(depth, _May(may.read, False, False))
        second = self._body(depth, _May(False, may.wait_shortly, False))
        return (
            [name, bool(self._below(2)), first, second]
            if name == "first"
            else [name, first, second]
        )

    def _rescue(self, may: _May) -> Body:
        return self._body(0, may)[: self._below(3)]


def make(seed: int) -> Program:
    """The program of a seed."""
    return _Maker(seed).program()


# -- running them ------------------------------------------------------------


class _Peer:
    """The far end of one program."""

    def __init__(self, number: int, program: Program) -> None:
        self.number, self.program = number, program
        self.wire: list[str] = []
        self._texts = 0
        self._close_sent = False
        self._over = False
        self._reading: Any = None

    async def open(self, server: Server) -> None:
        self._reader, self._writer = await asyncio.open_connection(server.host, server.port)
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        program = quote(json.dumps(self.program.handler, separators=(",", ":")))
        lines = (
            f"GET /run?key={self.number}&program={program} HTTP/1.1",
            *("Host: localhost", "Upgrade: websocket", "Connection: Upgrade"),
            *(f"Sec-WebSocket-Key: {KEY}", "Sec-WebSocket-Version: 13", "", ""),
        )
        self._writer.write("\r\n".join(lines).encode())
        head = await self._reader.readuntil(b"\r\n\r\n")
        assert head.startswith(b"HTTP/1.1 101"), head
        self._reading = asyncio.ensure_future(self._read())

    async def step(self, number: int) -> None:
        if number < len(self.program.peer) and not self._over:
            name, *arguments = self.program.peer[number]
            getattr(self, "_do_" + name.replace(" ", "_"))(*arguments)

    async def end(self) -> None:
        """Hang up if the server has not."""
        if not self._over:
            self._note("still open")
            self._hang_up()
        await asyncio.wait([self._reading])
        self._reading.result()

    # The steps.

    def _do_text(self) -> None:
        self._texts += 1
        self._write(encode_frame(TEXT, b"t%d" % self._texts))

    def _do_two_texts(self) -> None:
        self._texts += 2
        texts = (b"t%d" % (self._texts - 1), b"t%d" % self._texts)
        self._write(b"".join(encode_frame(TEXT, text) for text in texts))

    def _do_fragments(self) -> None:
        self._write(encode_frame(TEXT, b"in ", fin=False) + encode_frame(CONT, b"parts"))

    def _do_ping(self) -> None:
        self._write(encode_frame(PING, b"are you there"))

    def _do_nothing(self) -> None: ...

    def _do_close(self, code: int | None, reason: str) -> None:
        if not self._close_sent:
            self._close_sent = True
            self._write(encode_frame(CLOSE, close_payload(code, reason)))

    def _do_fin(self) -> None:
        if not self._writer.transport.is_closing():
            self._writer.write_eof()

    def _do_reset(self) -> None:
        self._over = True
        sock = self._writer.get_extra_info("socket")
        sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self._writer.transport.abort()

    # Inner.

    def _write(self, data: bytes) -> None:
        if not self._writer.transport.is_closing():
            self._writer.write(data)

    async def _read(self) -> None:
        try:
            while True:
                first, second = await self._reader.readexactly(2)
                size = second & 127
                if size > 125:
                    size = int.from_bytes(await self._reader.readexactly(2), "big")
                self._received(first & 15, await self._reader.readexactly(size))
        except (asyncio.IncompleteReadError, ConnectionError):
            if not self._over:
                self._note("end")
                self._hang_up()

    def _received(self, opcode: int, payload: bytes) -> None:
        if opcode == CLOSE:
            code = int.from_bytes(payload[:2], "big") if payload else None
            self._note(f"close {code} {payload[2:].decode()!r}")
            self._answer_close(payload)
        elif opcode == PING:
            self._note("ping")
            self._write(encode_frame(PONG, payload))
        else:
            self._note(f"{NAMES[opcode]} {payload.decode()!r}")

    def _answer_close(self, payload: bytes) -> None:
        if self._close_sent:
            return
        self._close_sent = True
        if self.program.rude:
            self._hang_up()
        else:
            self._write(encode_frame(CLOSE, payload))

    def _note(self, what: str) -> None:
        """As the handler's notes: repetitions are told once."""
        self.wire.append(what)
        for size in (1, 2, 3):
            if len(self.wire) >= 2 * size and self.wire[-size:] == self.wire[-2 * size : -size]:
                del self.wire[-size:]
                return

    def _hang_up(self) -> None:
        self._over = True
        self._writer.close()


async def _ask(server: Server, path: str) -> bytes:
    """The body of an HTTP answer, got by a client of its own."""

    def ask() -> bytes:
        with RawClient(server, timeout=PATIENCE) as client:
            return client.request(path).body

    return await asyncio.get_event_loop().run_in_executor(None, ask)


async def _play(server: Server, programs: dict[int, Program]) -> dict[int, Outcome]:
    peers = [_Peer(number, program) for number, program in programs.items()]
    for peer in peers:
        await peer.open(server)
    for step in range(max(len(program.peer) for program in programs.values())):
        await _ask(server, f"/pause?n={PAUSE}")
        for peer in peers:
            await peer.step(step)
    for path in (f"/pause?n={2 * PAUSE}", "/open", f"/pause?n={2 * PAUSE}"):
        await _ask(server, path)
    seen = json.loads(await _ask(server, "/collect"))
    await asyncio.gather(*(peer.end() for peer in peers))
    return {peer.number: {"wire": peer.wire, **seen[str(peer.number)]} for peer in peers}


def play(server: Server, programs: dict[int, Program]) -> dict[int, Outcome]:
    """Run programs by number and give what was seen of each."""
    numbers = list(programs)
    outcomes: dict[int, Outcome] = {}
    for first in range(0, len(numbers), AT_ONCE):
        some = {number: programs[number] for number in numbers[first : first + AT_ONCE]}
        outcomes.update(asyncio.run(_play(server, some)))
    return outcomes
