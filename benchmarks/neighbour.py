"""Another client of the server, in a process of its own: one HTTP request after the other.

``python -m benchmarks.neighbour PORT`` says "ready", asks from its first line of input until the
end of it, and writes how long each answer took, in seconds, as JSON.
"""

from __future__ import annotations

import json
import select
import socket
import sys
from time import perf_counter

REQUEST = b"GET /http HTTP/1.1\r\nHost: 127.0.0.1\r\n\r\n"
PAUSE = 0.002  # seconds between an answer and the next request


def ask(sock: socket.socket) -> float:
    """Send a request and read the answer; return how long that took."""
    began, answer = perf_counter(), b""
    sock.sendall(REQUEST)
    while not answer.endswith(b"\r\n\r\nhi"):
        data = sock.recv(4096)
        if not data or not (answer + data).startswith(b"HTTP/1.1 200"):
            raise ConnectionError(f"not the answer of /http: {answer + data!r}")
        answer += data
    return perf_counter() - began


def main(port: str) -> None:
    """Ask until there is no more input."""
    with socket.create_connection(("127.0.0.1", int(port)), timeout=20) as sock:
        sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        ask(sock)
        print("ready", flush=True)
        latencies = []
        if sys.stdin.readline():
            while not select.select([sys.stdin], [], [], PAUSE)[0]:
                latencies.append(ask(sock))
    print(json.dumps(latencies))


if __name__ == "__main__":
    main(sys.argv[1])
