"""Peers that mean no good, against each server: what they cost it.

``python -m benchmarks.attacks [--servers ours,aiohttp] [--only ping-loop]`` writes a table. Each
attack has a server of its own. Memory is what it took at its peak, and what it still has five
seconds later, over what it had before; "held" is the longest time that its event loop had no turn,
which is what everybody else waits for. Linux only.
"""

from __future__ import annotations

import argparse
import json
import os
import socket
import struct
import subprocess
import sys
import threading
import time
import urllib.request
from contextlib import closing, suppress
from pathlib import Path
from typing import Callable

from benchmarks.environments import UnavailableError, resolve
from benchmarks.frames import CLOSE, FIN, PING, PONG, RSV1, TEXT, client_frame, deflate
from benchmarks.servers import SERVERS

HERE = Path(__file__).resolve().parent.parent
BY_DEFAULT = ("ours", "ours-asyncio", "builtin", "sanic-21.6", "aiohttp")
MIB = 1 << 20
TWO_BLOCKS = bytes.fromhex(
    "04c0810800000000207feb43001c880000000000f2b73e"
)  # of Huffman codes alone
OFFER = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
REQUEST = (
    "GET {} HTTP/1.1\r\nHost: x\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==\r\nSec-WebSocket-Version: 13\r\n{}\r\n"
)


class Target:
    """A server under attack, in a process of its own."""

    def __init__(self, name: str, python: str) -> None:
        with closing(socket.socket()) as probe:
            probe.bind(("127.0.0.1", 0))
            self.port = probe.getsockname()[1]
        command = [python, "-m", "benchmarks.servers.attacked", name, str(self.port)]
        quiet = subprocess.DEVNULL
        self.process = subprocess.Popen(command, cwd=HERE, stdout=quiet, stderr=quiet)
        for _ in range(500):
            with suppress(OSError):
                self.figures()
                break
            time.sleep(0.02)
        (self._proc / "clear_refs").write_text("5")  # the peak begins anew: proc(5)
        self.before = self.memory("VmRSS")

    @property
    def _proc(self) -> Path:
        return Path(f"/proc/{self.process.pid}")

    def memory(self, field: str) -> float:
        """A line of its status, in MiB."""
        lines = (self._proc / "status").read_text().splitlines()
        return next(int(line.split()[1]) for line in lines if line.startswith(field)) / 1024

    def figures(self) -> dict[str, float]:
        """What its handlers and its event loop tell."""
        with urllib.request.urlopen(f"http://127.0.0.1:{self.port}/figures", timeout=60) as answer:
            return dict(json.load(answer))

    def peer(self, path: str, offer: str = "", rcvbuf: int = 0) -> socket.socket:
        """A connection past its handshake."""
        sock = socket.socket()
        if rcvbuf:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        sock.settimeout(20)
        sock.connect(("127.0.0.1", self.port))
        sock.sendall(REQUEST.format(path, offer).encode())
        answer = b""
        while b"\r\n\r\n" not in answer:
            answer += sock.recv(1)
        if b" 101 " not in answer:
            raise ConnectionError(answer)
        return sock

    def end(self) -> None:
        """Kill it."""
        self.process.kill()
        self.process.wait()


def reset(sock: socket.socket) -> None:
    """End with a TCP reset."""
    sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
    sock.close()


def push(sock: socket.socket, data: bytes, seconds: float) -> None:
    """Send the same again and again, without reading, for so long or until nothing is taken."""
    ends = time.monotonic() + seconds
    sock.settimeout(0.2)
    rest = data
    with suppress(ConnectionError):
        while time.monotonic() < ends:
            with suppress(TimeoutError):
                rest = rest[sock.send(rest) :] or data


# The attacks. Each returns what else there is to say.


def closing_bombs(target: Target) -> str:
    """A close frame is answered by 1,000 compressed messages of 1 MiB."""
    sock = target.peer("/close", OFFER)
    sock.sendall(client_frame(FIN | TEXT, b"x"))
    sock.recv(4)
    push(sock, client_frame(FIN | RSV1 | TEXT, deflate(bytes(MIB))) * 1000, 2)
    return ""


def tiny_blocks(target: Target) -> str:
    """Three compressed messages of 1 MiB that hold nothing, in as many blocks as fit."""
    sock = target.peer("/sleep", OFFER)
    sock.sendall(client_frame(FIN | RSV1 | TEXT, TWO_BLOCKS * (MIB // len(TWO_BLOCKS))) * 3)
    time.sleep(3)
    return ""


def last_bombs(target: Target) -> str:
    """Behind a full queue 60 KiB of compressed data and the end of the stream."""
    for _ in range(5):
        sock = target.peer("/sleep", OFFER)
        sock.sendall(client_frame(FIN | TEXT, b"x") * 40)
        sock.sendall(client_frame(FIN | RSV1 | TEXT, deflate(bytes(MIB - 1))) * 55)
        sock.shutdown(socket.SHUT_WR)
        time.sleep(0.5)
    return ""


def ping_loop(target: Target) -> str:
    """The handler pings in a loop; the peer never reads."""
    with target.peer("/ping"):
        time.sleep(5)
    return ""


def ping_answers(target: Target) -> str:
    """The handler pings in a loop; the peer reads two seconds late, and answers ping by ping."""
    with target.peer("/ping") as sock:
        time.sleep(2)
        ends = time.monotonic() + 5
        sock.settimeout(1)
        pings = b""
        with suppress(OSError):
            while time.monotonic() < ends:
                pings += sock.recv(1 << 20)
                size = 2 + pings[1]  # all have payloads of one size
                whole = len(pings) // size * size
                payloads = (pings[at + 2 : at + size] for at in range(0, whole, size))
                pings = pings[whole:]
                sock.sendall(b"".join(client_frame(FIN | PONG, each) for each in payloads))
    return ""


def send_loop(target: Target) -> str:
    """The handler sends in a loop; the peer never reads."""
    with target.peer("/send"):
        time.sleep(5)
    return ""


def ping_flood(target: Target) -> str:
    """Pings at full speed; the peer never reads the answers."""
    push(target.peer("/sleep"), client_frame(FIN | PING, b"x" * 125) * 500, 4)
    return ""


def filled_and_reset(target: Target) -> str:
    """60 peers send 40 messages of 1 MiB that nobody reads, and reset."""
    data = client_frame(FIN | TEXT, bytes(MIB))
    for _ in range(60):
        sock = target.peer("/sleep")
        sock.settimeout(1)
        with suppress(TimeoutError, ConnectionError):
            sock.sendall(data * 40)
        reset(sock)
    return ""


def many_senders(target: Target) -> str:
    """60,000 tasks wait in send() when the peer resets."""
    sock = target.peer("/senders", rcvbuf=4096)
    time.sleep(4)
    target.figures()  # making the tasks is the handler's affair
    reset(sock)
    time.sleep(2)
    return ""


def large_messages(target: Target) -> str:
    """20 peers have messages of 1 MiB echoed at full speed."""
    data, ends = client_frame(FIN | TEXT, b"x" * (MIB - 1)), time.monotonic() + 5

    def go() -> None:
        with suppress(OSError), target.peer("/echo") as sock:
            while time.monotonic() < ends:
                sock.sendall(data)
                left = MIB - 1 + 10
                while left:
                    left -= len(sock.recv(left))

    threads = [threading.Thread(target=go) for _ in range(20)]
    for thread in threads:
        thread.start()
    took = []
    while time.monotonic() < ends:
        began = time.monotonic()
        target.figures()
        took.append((time.monotonic() - began) * 1e3)
        time.sleep(0.02)
    for thread in threads:
        thread.join()
    return f"HTTP p99 {sorted(took)[len(took) * 99 // 100]:.0f} ms"


def slowly_read(target: Target) -> str:
    """400 messages, a close frame and the end, keepalive each second, a slow handler."""
    sock = target.peer("/slow")
    sock.sendall(client_frame(FIN | TEXT, b"x" * 1000) * 400)
    sock.sendall(client_frame(FIN | CLOSE, struct.pack("!H", 1000)))
    sock.close()
    time.sleep(6)
    return f"{target.figures()['read']:.0f} of 400 read"


def never_reads(target: Target) -> str:
    """A peer that neither reads nor answers has its messages echoed: when does it end?"""
    sock, began = target.peer("/echo", rcvbuf=4096), time.monotonic()
    data = client_frame(FIN | TEXT, b"x" * 60_000)
    sock.settimeout(0.2)
    try:
        while time.monotonic() < began + 30:
            with suppress(TimeoutError):
                sock.send(data)
    except ConnectionError:
        return f"ended after {time.monotonic() - began:.0f} s"
    return "not ended after 30 s"


def control_frames(target: Target) -> str:
    """Pongs at full speed and no answer to a ping: when does it end?"""
    sock, began = target.peer("/sleep"), time.monotonic()
    data = client_frame(FIN | PONG, b"") * 2000
    try:
        while time.monotonic() < began + 30:
            sock.sendall(data)
    except OSError:
        return f"ended after {time.monotonic() - began:.0f} s"
    return "not ended after 30 s"


ATTACKS: dict[str, Callable[[Target], str]] = {
    attack.__name__.replace("_", "-"): attack
    for attack in (
        closing_bombs,
        last_bombs,
        tiny_blocks,
        ping_loop,
        ping_answers,
        send_loop,
        ping_flood,
        filled_and_reset,
        many_senders,
        large_messages,
        slowly_read,
        never_reads,
        control_frames,
    )
}
COMPRESSED = ("closing-bombs", "last-bombs", "tiny-blocks")


def row(name: str, python: str, attack: str) -> str:
    """One attack on one server, as a row of the table."""
    target = Target(name, python)
    try:
        said = ATTACKS[attack](target)
        peak = target.memory("VmHWM") - target.before
        time.sleep(5)
        after = target.memory("VmRSS") - target.before
        held = target.figures()["held"]
        return f"| {attack} | {name} | {peak:.0f} | {after:.0f} | {held:.0f} | {said} |"
    except OSError as error:
        return f"| {attack} | {name} | | | | {type(error).__name__}: {error} |"
    finally:
        target.end()


def main() -> None:
    """Write the table as it comes."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--servers", default=",".join(BY_DEFAULT))
    parser.add_argument("--only", default=",".join(ATTACKS))
    options = parser.parse_args()
    print(
        "| attack | server | peak, MiB | 5 s later, MiB | held, ms | |\n|---|---|--:|--:|--:|---|"
    )
    for attack in options.only.split(","):
        for name in options.servers.split(","):
            if attack in COMPRESSED and not name.startswith("ours"):
                continue  # no compression there, or none that is on
            try:
                python, _ = resolve(SERVERS[name], {})
            except UnavailableError as error:
                print(f"{name}: {error}", file=sys.stderr)
                continue
            print(row(name, python, attack), flush=True)


if __name__ == "__main__":
    os.environ.setdefault("PYTHONPATH", str(HERE))
    main()
