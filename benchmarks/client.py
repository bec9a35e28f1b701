"""The client: plain non-blocking sockets on one epoll, sending slices of bytes made before.

Per wake-up of a connection there are a receive, a compare, a division and a send, whatever
the number of messages in it, so that the server is what is measured.
"""

from __future__ import annotations

import select
import socket
from collections import deque
from time import perf_counter

from benchmarks.cases import Case
from benchmarks.frames import READ_SIZE, Traffic
from benchmarks.readers import ExactReader, Expected, InflatingReader, PingReader

PATIENCE = 20.0  # seconds without a byte from the server
KEY = b"dGhlIHNhbXBsZSBub25jZQ=="
ACCEPT = b"s3pPLMBiTxaQ9kYGzzhZRbK+xOo="  # RFC 6455, 1.3
REQUEST = (
    b"GET / HTTP/1.1\r\nHost: 127.0.0.1\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Key: " + KEY + b"\r\nSec-WebSocket-Version: 13\r\n"
)
DEFLATE = b"Sec-WebSocket-Extensions: permessage-deflate; client_max_window_bits\r\n"


class ClientError(Exception):
    """The server refused, went away or fell silent."""


def request(case: Case) -> bytes:
    """The upgrade request of a case."""
    return REQUEST + (DEFLATE if case.mode == "deflate" else b"") + b"\r\n"


def open_socket(port: int) -> socket.socket:
    """A connected socket, without Nagle's delay and with bounded waits."""
    sock = socket.create_connection(("127.0.0.1", port), timeout=PATIENCE)
    sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    return sock


def check_response(head: bytes, case: Case) -> None:
    """Raise ClientError unless `head` accepts the upgrade, and compression where asked."""
    if not head.startswith(b"HTTP/1.1 101 ") or ACCEPT not in head:
        raise ClientError(f"upgrade refused: {head[:200]!r}")
    if case.mode == "deflate" and b"permessage-deflate" not in head.lower():
        raise ClientError("permessage-deflate was not accepted")


class Connection:
    """One WebSocket: what is still to be written, what is awaited, and since when."""

    __slots__ = ("credit", "fd", "message", "offsets", "received", "sock", "traffic", "wrote")

    def __init__(self, sock: socket.socket, traffic: Traffic) -> None:
        self.sock, self.fd, self.traffic = sock, sock.fileno(), traffic
        self.message = 0  # messages given, this round
        self.credit = 0  # bytes given and not yet written
        self.received = 0
        self.wrote: deque[tuple[int, float]] = deque([(0, 0.0)])

    def give(self, count: int) -> bool:
        """Send `count` (at most a period) messages more; True if all could be written."""
        traffic, start = self.traffic, self.message
        self.credit += traffic.offsets[start + count] - traffic.offsets[start]
        self.message = (start + count) % traffic.period
        return self.push()

    def push(self) -> bool:
        """Write what is due; True if nothing is left."""
        traffic = self.traffic
        end = traffic.offsets[self.message]
        size = traffic.offsets[traffic.period]
        start = (end - self.credit) % size
        try:
            self.credit -= self.sock.send(traffic.sent[start : start + self.credit])
        except BlockingIOError:
            return False
        return not self.credit


class Driver:
    """The load of one case on one server; subclasses say what follows an arrival.

    `messages` counts what arrived, `latencies` (seconds) are those of the last message of
    each write; both grow over `run`, and `reset` sets the latencies to nothing.
    """

    offers_work = True

    def __init__(self, case: Case, port: int) -> None:
        self.case, self.port = case, port
        self.traffic = Traffic(case)
        self.expected = Expected(self.traffic) if case.mode != "deflate" else None
        self.poll = select.epoll()
        self.connections: dict[int, Connection] = {}
        self.readers: dict[int, ExactReader | InflatingReader | PingReader] = {}
        self.messages = self.given = 0
        self.latencies: list[float] = []

    def reader(self) -> ExactReader | InflatingReader | PingReader:
        """A reader for a new connection."""
        return ExactReader(self.expected) if self.expected else InflatingReader(self.traffic)

    def connect(self, count: int | None = None) -> None:
        """Open the case's connections (or `count`), one after the other."""
        for _ in range(self.case.connections if count is None else count):
            self._adopt(self._upgraded())

    def _upgraded(self) -> socket.socket:
        sock = open_socket(self.port)
        sock.sendall(request(self.case))
        head = b""
        while b"\r\n\r\n" not in head:
            data = sock.recv(4096)
            if not data:
                raise ClientError(f"closed during the upgrade: {head[:200]!r}")
            head += data
        check_response(head, self.case)
        if not head.endswith(b"\r\n\r\n"):
            raise ClientError("bytes behind the upgrade that nothing asked for")
        return sock

    def _adopt(self, sock: socket.socket) -> Connection:
        sock.setblocking(False)
        connection = Connection(sock, self.traffic)
        self.connections[connection.fd] = connection
        self.readers[connection.fd] = self.reader()
        self.poll.register(connection.fd, select.EPOLLIN)
        return connection

    def start(self) -> None:
        """Put the first messages in flight."""
        for connection in self.connections.values():
            self.give(connection, self.case.in_flight)

    def give(self, connection: Connection, count: int) -> None:
        """Send `count` messages more on `connection`."""
        self.given += count
        if connection.give(count):
            return
        self.poll.modify(connection.fd, select.EPOLLIN | select.EPOLLOUT)

    def arrived(self, connection: Connection, count: int) -> None:
        """`count` messages were completed on `connection`."""
        raise NotImplementedError

    def run(self, until: float) -> None:
        """Drive until the clock (time.perf_counter) shows `until`."""
        while perf_counter() < until:
            self.turn()

    def turn(self) -> None:
        """One wait and all that it brought."""
        events = self.poll.poll(PATIENCE)
        if not events:
            raise ClientError(f"nothing came for {PATIENCE:.0f} s")
        for fd, event in events:
            connection = self.connections[fd]
            if event & ~select.EPOLLOUT:
                self._receive(fd, connection)
            if event & select.EPOLLOUT and connection.push():
                self.poll.modify(fd, select.EPOLLIN)

    def _receive(self, fd: int, connection: Connection) -> None:
        data = connection.sock.recv(READ_SIZE)
        if not data:
            raise ClientError("the server closed a connection")
        count = self.readers[fd].feed(data)
        if count:
            self.messages += count
            self.arrived(connection, count)

    def reset(self) -> None:
        """Forget the latencies seen so far."""
        self.latencies = []

    def observed(self) -> list[float]:
        """The latencies since `reset`."""
        return self.latencies

    def drain(self) -> None:
        """Send nothing more, and wait for every echo that is due."""
        self.offers_work = False
        while self.messages < self.given:
            self.turn()

    def close(self) -> None:
        """Close every socket."""
        for connection in self.connections.values():
            connection.sock.close()
        self.poll.close()
