"""What the fault tests measure a server by, and a proxy that stalls."""

from __future__ import annotations

import contextlib
import json
import os
import select
import socket
import threading
from typing import Iterator

from tests.support import RawClient, Server
from tests.support.waiting import eventually

# Two kinds of servers, so that tests share them.
CALM = {
    "WEBSOCKET_PING_INTERVAL": None,
    "WEBSOCKET_COMPRESSION": "deflate",
    "WEBSOCKET_TIMEOUT": 2,
}
EAGER = {
    "WEBSOCKET_PING_INTERVAL": 0.2,
    "WEBSOCKET_PING_TIMEOUT": 1,
    "WEBSOCKET_TIMEOUT": 0.3,
}
# Lines that no fault of a peer may leave in a server's log.
NOISE = ("Traceback", "Exception", "ERROR", "socket.send() raised", "destroyed", "never ")


def rss(pid: int) -> int:
    """Resident memory of a process, in bytes."""
    with open(f"/proc/{pid}/statm") as file:
        return int(file.read().split()[1]) * os.sysconf("SC_PAGE_SIZE")


def open_files(pid: int) -> int:
    return len(os.listdir(f"/proc/{pid}/fd"))


def counts(server: Server) -> dict[str, int]:
    """Connections and tasks of a server that runs one of the apps with a /counts route."""
    with RawClient(server) as client:
        response = client.request("/counts", headers=[("Connection", "close")])
    found: dict[str, int] = json.loads(response.body)
    return found


def assert_serves(server: Server, timeout: float = 15.0) -> None:
    """A new connection is answered, and no other is left."""
    with RawClient(server, answers_pings=True) as client:
        client.handshake("/echo")
        client.send_text("still there?")
        assert client.receive_message() == "still there?"
        client.close()
    eventually(lambda: counts(server)["connections"] == 0, timeout)


def assert_quiet(server: Server) -> None:
    """Nothing that went wrong has left a trace in the log."""
    log = server.log
    assert not [mark for mark in NOISE if mark in log], log


class StallingProxy:
    """Forwards bytes both ways until `stall`; then it holds both sides open and does nothing."""

    def __init__(self, server: Server) -> None:
        self._listener = socket.create_server(("127.0.0.1", 0))
        self._target = (server.host, server.port)
        self._stalled = threading.Event()
        self._done = threading.Event()
        self._thread = threading.Thread(target=self._run)
        self._thread.start()
        self.address: tuple[str, int] = self._listener.getsockname()

    def stall(self) -> None:
        self._stalled.set()

    def close(self) -> None:
        self._done.set()
        self._thread.join(10)
        self._listener.close()

    def _run(self) -> None:
        client, _ = self._listener.accept()
        with client, socket.create_connection(self._target) as server:
            other = {client: server, server: client}
            while not self._done.is_set():
                if self._stalled.is_set():
                    self._done.wait(0.05)
                    continue
                for side in select.select(list(other), [], [], 0.02)[0]:
                    try:
                        data = side.recv(1 << 16)
                    except ConnectionError:
                        return
                    if not data:
                        return
                    with contextlib.suppress(ConnectionError):  # whose end the next turn sees
                        other[side].sendall(data)


@contextlib.contextmanager
def stalling_proxy(server: Server) -> Iterator[StallingProxy]:
    proxy = StallingProxy(server)
    try:
        yield proxy
    finally:
        proxy.close()
