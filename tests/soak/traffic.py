"""The soak: many kinds of peers at once, good and bad, and what the server holds in the end."""

from __future__ import annotations

import contextlib
import json
import random
import subprocess
import sys
import threading
import time
from pathlib import Path
from typing import Any, Callable, NamedTuple

from tests.support import RawClient, Server, running
from tests.support.client import CLOSE, CONT, PING, PONG, TEXT, encode_frame
from tests.support.waiting import eventually

ROOT = str(Path(__file__).resolve().parents[2])
PEERS = 12  # threads of each of the two peer processes
WARM_UP = 0.25  # of the time: what a server allocates once is allocated then
SIZES = [1, 100, 2000, 70_000, 300_000]  # bytes of a message
GROWTH = 48 << 20  # bytes of resident memory after the warm-up: 32 MiB of freed memory may stay


class State(NamedTuple):
    tasks: int
    connections: int
    files: int
    rss: int


class Report(NamedTuple):
    """first: after one connection. warm: after the warm-up. last: at rest after the soak."""

    sessions: int
    messages: int
    lost: int
    first: State
    warm: State
    last: State
    log: str

    def faults(self) -> list[str]:
        found = []
        if not self.messages:
            found.append("no message was exchanged")
        if self.lost:
            found.append(f"{self.lost} messages lost or out of order")
        if self.last.tasks > self.first.tasks:
            found.append(f"{self.first.tasks} tasks at first, {self.last.tasks} in the end")
        if self.last.connections:
            found.append(f"{self.last.connections} connections in the end")
        if self.last.files > self.first.files:
            found.append(f"{self.first.files} files at first, {self.last.files} in the end")
        if self.last.rss - self.warm.rss > GROWTH:
            found.append(f"memory grew by {(self.last.rss - self.warm.rss) >> 10} KiB")
        if "Traceback" in self.log:
            found.append("tracebacks in the log")
        return found


def soak(seconds: float, loop: str) -> Report:
    """Run the mixed traffic against a server of its own."""
    with running("soak", loop=loop) as server:
        session(server.port, lambda client, rng: None, random.Random())
        first = at_rest(server)
        peers = [_start(server, seed, seconds) for seed in (1, 2)]
        time.sleep(seconds * WARM_UP)
        warm = state(server)
        outputs = [peer.communicate(timeout=seconds + 120)[0] for peer in peers]
        last = at_rest(server)
        counts = [json.loads(output.splitlines()[-1]) for output in outputs]
        sums = [sum(count[name] for count in counts) for name in ("sessions", "messages", "lost")]
        return Report(*sums, first, warm, last, server.log)


def _start(server: Server, seed: int, seconds: float) -> Any:
    command = [sys.executable, "-m", "tests.soak.peers", str(server.port), str(seed), str(seconds)]
    return subprocess.Popen(command, cwd=ROOT, stdout=subprocess.PIPE, text=True)


def state(server: Server) -> State:
    with RawClient(server) as client:
        response = client.request("/state", headers=[("Connection", "close")])
    return State(**json.loads(response.body))


def at_rest(server: Server) -> State:
    """The state once no connection is left and nothing ends any more, or after 30 seconds."""
    seen = [state(server)]

    def settled() -> bool:
        seen.append(state(server))
        return not seen[-1].connections and seen[-1][:3] == seen[-2][:3]

    with contextlib.suppress(AssertionError):
        eventually(settled, 30, every=0.25)
    return seen[-1]


# One session each: a new connection, some traffic, an end. They give the number of messages.

Session = Callable[[RawClient, random.Random], Any]


def echoes(path: str) -> Session:
    """Numbered messages, several in flight; each must come back, in order."""

    def run(client: RawClient, rng: random.Random) -> tuple[int, int]:
        client.handshake(path)
        count, lost = 0, 0
        for _ in range(rng.randrange(1, 20)):
            batch = [f"{number}:".ljust(rng.choice(SIZES)) for number in range(8)]
            for text in batch:
                _send(client, text, rng)
            for text in batch:
                lost += _next_text(client) != text
            count += len(batch)
        if rng.random() < 0.5:
            client.send_close(1000)
            while client.receive_frame().opcode != CLOSE:
                pass
        return count, lost

    return run


def _send(client: RawClient, text: str, rng: random.Random) -> None:
    data = text.encode()
    if rng.random() < 0.7:
        client.send_frame(TEXT, data)
        return
    cut = rng.randrange(len(data) + 1)
    client.send_raw(
        encode_frame(TEXT, data[:cut], fin=False)
        + encode_frame(PING)
        + encode_frame(CONT, data[cut:])
    )


def _next_text(client: RawClient) -> str:
    """The next message; pings in between are answered."""
    parts = []
    while True:
        frame = client.receive_frame()
        if frame.opcode == PING:
            client.send_frame(PONG, frame.payload)
        elif frame.opcode != PONG:
            parts.append(frame.payload)
            if frame.fin:
                return b"".join(parts).decode()


def stream(client: RawClient, rng: random.Random) -> tuple[int, int]:
    """Some of an endless stream, read at some speed; then a reset."""
    client.handshake("/stream")
    lost = 0
    count = rng.randrange(1, 2000)
    for number in range(count):
        lost += int(_next_text(client).rstrip(".")) != number
        if rng.random() < 0.002:
            time.sleep(0.05)
    client.abort()
    return count, lost


def silent(client: RawClient, rng: random.Random) -> None:
    """Never answers, reads nothing: keepalive or the send timeout end it."""
    client.handshake(rng.choice(["/echo", "/stream", "/both"]))
    time.sleep(rng.random() * 4)


def violator(client: RawClient, rng: random.Random) -> None:
    """Breaks the protocol in some way."""
    client.handshake("/echo")
    client.send_raw(
        rng.choice(
            [
                encode_frame(3),
                encode_frame(TEXT, b"x", mask=None),
                encode_frame(TEXT, b"\xff\xfe"),
                encode_frame(CONT, b"x"),
                encode_frame(TEXT, length=1 << 40),
                encode_frame(CLOSE, b"\x03"),
                rng.getrandbits(512).to_bytes(64, "big"),
            ]
        )
    )
    client.timeout = 3
    client.receive_to_end()


def leaver(client: RawClient, rng: random.Random) -> None:
    """Resets somewhere in the middle, half a request included."""
    if rng.random() < 0.3:
        client.send_raw(b"GET /echo HTTP/1.1\r\nHost: localhost\r\nUpgr")
    else:
        client.handshake(rng.choice(["/echo", "/impatient", "/both", "/stream"]))
        size = rng.choice([5000, 300_000])
        client.send_raw(encode_frame(TEXT, bytes(size))[: rng.randrange(1, size)])
    client.abort()


SESSIONS: list[Session] = [
    echoes("/echo"),
    echoes("/impatient"),
    echoes("/both"),
    stream,
    silent,
    violator,
    leaver,
]
WEIGHTS = [4, 2, 2, 2, 1, 2, 2]


def session(port: int, run: Session, rng: random.Random) -> tuple[int, int]:
    """One session; how many messages it exchanged, and how many were not what they should be."""
    with contextlib.suppress(OSError, EOFError), RawClient(
        ("127.0.0.1", port), timeout=20
    ) as client:
        return run(client, rng) or (0, 0)
    # A good peer's connection may not fail.
    return (0, 1) if run in SESSIONS[:4] else (0, 0)


class Peers:
    """Threads of peers; what they counted."""

    def __init__(self, port: int, seed: int, seconds: float) -> None:
        self.port, self.seed = port, seed
        self.deadline = time.monotonic() + seconds
        self.lock = threading.Lock()
        self.counts = {"sessions": 0, "messages": 0, "lost": 0}

    def run(self) -> dict[str, int]:
        threads = [threading.Thread(target=self._one, args=(index,)) for index in range(PEERS)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        return self.counts

    def _one(self, index: int) -> None:
        rng = random.Random(self.seed * 1000 + index)
        while time.monotonic() < self.deadline:
            run = rng.choices(SESSIONS, WEIGHTS)[0]
            messages, lost = session(self.port, run, rng)
            with self.lock:
                self.counts["sessions"] += 1
                self.counts["messages"] += messages
                self.counts["lost"] += lost
