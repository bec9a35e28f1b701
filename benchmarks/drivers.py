"""One driver a mode: what is sent when something arrived."""

from __future__ import annotations

import json
import resource
import select
import socket
import subprocess
import sys
import time
from pathlib import Path
from time import perf_counter
from typing import IO

from benchmarks.cases import Case
from benchmarks.client import (
    PATIENCE,
    ClientError,
    Connection,
    Driver,
    check_response,
    open_socket,
    request,
)
from benchmarks.frames import CLOSE, FIN, PONG, READ_SIZE, client_frame, read_head
from benchmarks.readers import ExactReader, PingReader, WrongEchoError

HERE = Path(__file__).resolve().parent.parent
NO_CODE = 1006  # RFC 6455, 7.4.1: there was no close frame


class Echo(Driver):
    """Every echo makes room for the next message."""

    def start(self) -> None:
        now = perf_counter()
        for connection in self.connections.values():
            connection.wrote[0] = (self.case.in_flight, now)
        super().start()

    def arrived(self, connection: Connection, count: int) -> None:
        connection.received += count
        received, wrote, now = connection.received, connection.wrote, perf_counter()
        while wrote and wrote[0][0] <= received:
            self.latencies.append(now - wrote.popleft()[1])
        if self.offers_work:
            wrote.append((received + self.case.in_flight, now))
            self.give(connection, count)


class Broadcast(Driver):
    """One connection sends a message, all receive it, then the next."""

    def start(self) -> None:
        time.sleep(0.2)  # so that the last handler has joined
        self.missing = 0
        self._trigger()

    def _trigger(self) -> None:
        self.missing = len(self.connections)
        self.given += self.missing
        self.triggered = perf_counter()
        next(iter(self.connections.values())).give(1)

    def arrived(self, connection: Connection, count: int) -> None:
        self.latencies.append(perf_counter() - self.triggered)
        self.missing -= count
        if not self.missing and self.offers_work:
            self._trigger()


class Memory(Driver):
    """Connections that have had one echo each, and then are idle."""

    crew = 50  # connections that a server has before its size counts

    def open(self, count: int) -> None:
        """Open `count` connections, echo once on each and wait until all is quiet."""
        before = set(self.connections)
        self.connect(count)
        for fd in set(self.connections) - before:
            self.give(self.connections[fd], 1)
        while self.messages < self.given:
            self.turn()
        time.sleep(0.3)

    def arrived(self, connection: Connection, count: int) -> None:
        connection.received += count


class Crowd(Memory):
    """Very many connections that never send anything, and what becomes of them at SIGTERM."""

    spare = 500  # file descriptors for everything else

    def room(self) -> int:
        """The connections of the case, or as many of them as there are descriptors for."""
        return min(
            self.case.connections, resource.getrlimit(resource.RLIMIT_NOFILE)[0] - self.spare
        )

    def see_out(self) -> tuple[float, int]:
        """Answer close frames until all connections have ended: how long, and the common code."""
        began = perf_counter()
        codes = dict.fromkeys(self.connections, NO_CODE)
        while self.connections:
            events = self.poll.poll(PATIENCE)
            if not events:
                raise ClientError(f"{len(self.connections)} connections are left open")
            for fd, _ in events:
                codes[fd] = self._farewell(fd) or codes[fd]
        elapsed, found = perf_counter() - began, set(codes.values())
        return elapsed, found.pop() if len(found) == 1 else NO_CODE

    def _farewell(self, fd: int) -> int:
        """Answer a close frame and return its code; let go of what has ended."""
        sock, code = self.connections[fd].sock, 0
        try:
            data = sock.recv(READ_SIZE)
            if data:
                code = close_code(data)
                if code:
                    sock.send(client_frame(FIN | CLOSE, code.to_bytes(2, "big")))
                return code
        except ConnectionError:
            pass
        self.poll.unregister(fd)
        del self.connections[fd]
        sock.close()
        return 0


def close_code(data: bytes) -> int:
    """The code of the close frame among whole frames; 0 without one."""
    frame = read_head(data, 0)
    while frame:
        first, start, end = frame
        if first == FIN | CLOSE:
            return int.from_bytes(data[start : start + 2], "big")
        frame = read_head(data, end)
    return 0


class Neighbour(Echo):
    """Peers at full speed, and the latency of another client's HTTP requests meanwhile."""

    other: subprocess.Popen[str] | None = None
    orders: IO[str]  # of `benchmarks.neighbour`
    answers: IO[str]

    def connect(self, count: int | None = None) -> None:
        """Open the peers' connections, and that of the other client."""
        super().connect(count)
        self.other = subprocess.Popen(
            [sys.executable, "-m", "benchmarks.neighbour", str(self.port)],
            cwd=HERE,
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            text=True,
        )
        assert self.other.stdin is not None
        assert self.other.stdout is not None
        self.orders, self.answers = self.other.stdin, self.other.stdout
        if self.answers.readline() != "ready\n":
            raise ClientError("the server does not answer /http")

    def reset(self) -> None:
        """Have the other client begin."""
        super().reset()
        self.orders.write("go\n")
        self.orders.flush()

    def observed(self) -> list[float]:
        """What the other client saw. It waits for an answer still, so the peers go on."""
        self.orders.close()
        while not select.select([self.answers], [], [], 0)[0]:
            self.turn()
        latencies: list[float] = json.loads(self.answers.readline() or "[]")
        return latencies

    def close(self) -> None:
        if self.other is not None:
            self.other.kill()
            self.other.wait()
            self.orders.close()
            self.answers.close()
        super().close()


class Keepalive(Driver):
    """Idle connections that answer the server's pings."""

    def reader(self) -> PingReader:
        return PingReader()

    def start(self) -> None:
        """Nothing is sent first."""

    def arrived(self, connection: Connection, count: int) -> None:
        reader = self.readers[connection.fd]
        assert isinstance(reader, PingReader)
        pongs = b"".join(client_frame(FIN | PONG, payload) for payload in reader.payloads)
        reader.payloads.clear()
        connection.sock.sendall(pongs)

    def drain(self) -> None:
        """Pings are never due."""


class Churn(Driver):
    """Each connection is opened, upgraded, echoes once, is closed, and makes room for another.

    A message of this driver is such a life, and its latency that life's length.
    """

    def __init__(self, case: Case, port: int) -> None:
        super().__init__(case, port)
        self.lives: dict[int, Life] = {}

    def connect(self, count: int | None = None) -> None:
        """Connections are opened by `start`."""

    def start(self) -> None:
        for _ in range(self.case.connections):
            self._open()

    def _open(self) -> None:
        assert self.expected
        life = Life(self.case, self.port, ExactReader(self.expected), bytes(self._message()))
        self.lives[life.sock.fileno()] = life
        self.poll.register(life.sock, select.EPOLLIN)
        self.given += 1

    def _message(self) -> memoryview:
        return self.traffic.sent[: self.traffic.offsets[1]]

    def turn(self) -> None:
        events = self.poll.poll(20)
        if not events:
            raise ClientError("nothing came for 20 s")
        for fd, _ in events:
            life = self.lives[fd]
            if life.step(life.sock.recv(READ_SIZE)):
                self._bury(fd, life)

    def _bury(self, fd: int, life: Life) -> None:
        self.poll.unregister(fd)
        del self.lives[fd]
        life.sock.close()
        self.messages += 1
        self.latencies.append(perf_counter() - life.born)
        if self.offers_work:
            self._open()

    def close(self) -> None:
        for life in self.lives.values():
            life.sock.close()
        super().close()


class Life:
    """One connection of the churn: upgrade, echo, close handshake, end of stream."""

    closing = client_frame(FIN | CLOSE, (1000).to_bytes(2, "big"))

    def __init__(self, case: Case, port: int, reader: ExactReader, message: bytes) -> None:
        self.case, self.reader, self.message = case, reader, message
        self.born = perf_counter()
        self.sock: socket.socket = open_socket(port)
        self.sock.sendall(request(case))
        self.sock.setblocking(False)
        self.data = b""
        self.stage = self._upgrade

    def step(self, data: bytes) -> bool:
        """What follows `data`; True at the end of this life."""
        if not data:
            if self.stage != self._end:
                raise ClientError("the server closed a connection")
            return True
        self.stage(data)
        return False

    def _upgrade(self, data: bytes) -> None:
        self.data += data
        if b"\r\n\r\n" in self.data:
            check_response(self.data, self.case)
            self.sock.sendall(self.message)
            self.stage = self._echo

    def _echo(self, data: bytes) -> None:
        if self.reader.feed(data):
            self.sock.sendall(self.closing)
            self.stage = self._end

    def _end(self, data: bytes) -> None:
        if data[0] != FIN | CLOSE:
            raise WrongEchoError(f"not a close frame: {data[:60]!r}")


MODES: dict[str, type[Driver]] = {
    "echo": Echo,
    "deflate": Echo,
    "broadcast": Broadcast,
    "send-loop": Broadcast,
    "churn": Churn,
    "memory": Memory,
    "crowd": Crowd,
    "neighbour": Neighbour,
    "keepalive": Keepalive,
}
