"""A handshake, an echo and an end: a real server, and the least of clients."""

from __future__ import annotations

import base64
import json
import os
import signal
import socket
import subprocess
import sys
import time
import zlib
from contextlib import contextmanager
from threading import Timer
from typing import IO, Iterator, NamedTuple

from ..wire.frames import BINARY, CLOSE, FIN, RSV1, TEXT, mask_pure
from ..wire.handshake import accept_key
from .report import Line, Section, State

BOUND = 20.0  # seconds for the server to start, to answer and to stop
SIZES = (5, 200, 70_000)  # one for each length of a header (RFC 6455 section 5.2)
OFFER = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
REQUEST = (
    "GET {path} HTTP/1.1\r\nHost: 127.0.0.1:{port}\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    "Sec-WebSocket-Key: {key}\r\nSec-WebSocket-Version: 13\r\n{more}\r\n"
)
NORMAL = b"\x03\xe8"  # close code 1000
FAILING = "/fail"  # the route whose handler raises
LOST = "Sanic"  # of what the echo tells: a line for each thing that this Sanic does not have


class Failure(Exception):
    """The round trip ended early; says where."""


class Working(NamedTuple):
    """What came of it: whether Sanic answers at all, and what to tell."""

    answers: bool
    sections: list[Section]


def round_trip() -> Working:
    """Serve on the loopback in a process of its own, and talk to it."""
    began = time.monotonic()
    command = [sys.executable, "-m", "sanic_legacy_ws.doctor.echo"]
    with subprocess.Popen(
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment(without="SANIC_"),
    ) as server:
        assert server.stdout is not None
        bound = Timer(BOUND, server.kill)
        bound.start()
        try:
            return _watch(server, server.stdout, began)
        finally:
            bound.cancel()
            server.kill()


def environment(without: str | None = None) -> dict[str, str]:
    """This process finds the package; so shall the server.

    ``without`` is what the variables begin with that are left out: an operator's settings are for
    the app, and not for a server of the doctor's own.
    """
    path = [part for part in sys.path if part]
    kept = {
        name: value
        for name, value in os.environ.items()
        if without is None or not name.startswith(without)
    }
    return {**kept, "PYTHONPATH": os.pathsep.join(path), "SANIC_MOTD": "false"}


def _watch(server: subprocess.Popen[bytes], output: IO[bytes], began: float) -> Working:
    port = output.readline().strip()
    if not port.isdigit():
        said = last_line(server.communicate()[1])
        return Working(False, [_trip(Line("server", f"does not start: {said}", State.BROKEN))])
    try:
        how = talk(int(port), compressed=False)
        talk(int(port), compressed=True)
        failed = _failed(int(port))
    except (Failure, OSError, ValueError, zlib.error) as exc:
        server.kill()
        said = f"{exc or type(exc).__name__}; the server said: {last_line(server.communicate()[1])}"
        return Working(False, [_trip(Line("echo", said, State.BROKEN))])
    sizes = ", ".join(f"{size:,}" for size in SIZES)
    lines = [
        Line("handshake", "101, with and without permessage-deflate", State.WELL),
        Line("echo", f"messages of {sizes} bytes came back as sent", State.WELL),
        Line("close", "1000, answered by 1000", State.WELL),
        Line("failure", "a handler that raises closes with " + failed, _state(failed == "1011")),
        _stopped(server, int(port), began),
    ]
    return Working(True, [_setup(how), _trip(*lines)])


def _setup(how: dict[str, str]) -> Section:
    lost = [Line(LOST, says, State.NOTE) for says in how.pop(LOST, "").splitlines()]
    return Section("In a running server", [Line(name, says) for name, says in how.items()] + lost)


def _trip(*lines: Line) -> Section:
    return Section("Round trip on the loopback", list(lines))


def _state(well: bool) -> State:
    return State.WELL if well else State.BROKEN


def _stopped(server: subprocess.Popen[bytes], port: int, began: float) -> Line:
    """Stop the server while a peer is connected."""
    with _connected(port) as peer:
        peer.receive(TEXT)
        server.send_signal(signal.SIGTERM)
        code = "" if os.name == "nt" else peer.receive_close()  # where SIGTERM is no signal
    errors = server.communicate()[1]
    took = f"{time.monotonic() - began:.1f} s in all"
    if os.name == "nt":
        return Line("stop", f"clean, {took}", State.WELL)
    if server.returncode:
        said = f"exit code {server.returncode}, {took}: {last_line(errors)}"
        return Line("stop", said, State.BROKEN)
    return Line("stop", f"clean, peers are told by {code}, {took}", _state(code == "1001"))


def last_line(output: bytes) -> str:
    """Return the last line that says something: of a traceback, the exception."""
    lines = [line.strip() for line in output.decode(errors="replace").splitlines() if line.strip()]
    return lines[-1] if lines else "nothing"


def talk(port: int, compressed: bool) -> dict[str, str]:
    """Shake hands, send and get back a message of each size, close; return the first message."""
    with _connected(port, compressed=compressed) as peer:
        how: dict[str, str] = json.loads(peer.receive(TEXT))
        for size in SIZES:
            message = os.urandom(size)
            peer.send(BINARY, message)
            if peer.receive(BINARY) != message:
                raise Failure(f"{size} bytes came back as others")
        peer.send(CLOSE, NORMAL)
        if peer.receive(CLOSE) != NORMAL:
            raise Failure("a close frame was answered by another code")
        return how


def _failed(port: int) -> str:
    """Return the code that a handler's failure closes with."""
    with _connected(port, FAILING) as peer:
        peer.send(TEXT, b"asked for by the doctor")
        return peer.receive_close()


@contextmanager
def _connected(port: int, path: str = "/", compressed: bool = False) -> Iterator[_Peer]:
    with socket.create_connection(("127.0.0.1", port), BOUND) as sock:
        peer = _Peer(sock, compressed)
        peer.shake_hands(port, path)
        yield peer


class _Peer:
    """The client's side of one connection."""

    def __init__(self, sock: socket.socket, compressed: bool) -> None:
        self._sock = sock
        self._compressed = compressed
        self._stream = sock.makefile("rb")
        self._inflate = zlib.decompressobj(-15).decompress

    def shake_hands(self, port: int, path: str) -> None:
        key = base64.b64encode(os.urandom(16)).decode()
        more = OFFER if self._compressed else ""
        self._sock.sendall(REQUEST.format(path=path, port=port, key=key, more=more).encode())
        lines = list(iter(lambda: self._stream.readline().strip(), b""))
        head = {name.lower(): value.strip() for name, _, value in map(_header, lines[1:])}
        if not lines or b" 101 " not in lines[0]:
            raise Failure(f"the handshake was answered by {lines[:1]}")
        if head.get(b"sec-websocket-accept") != accept_key(key).encode():
            raise Failure("the handshake was answered with the accept value of another key")
        if (b"sec-websocket-extensions" in head) is not self._compressed:
            raise Failure("permessage-deflate was not agreed on as offered")

    def send(self, opcode: int, payload: bytes) -> None:
        size, key = len(payload), os.urandom(4)
        head = bytes((FIN | opcode, 0x80 | (size if size < 126 else 126 + (size > 65535))))
        longer = b"" if size < 126 else size.to_bytes(2 if size < 65536 else 8, "big")
        self._sock.sendall(head + longer + key + mask_pure(payload, key))

    def receive(self, wanted: int) -> bytes:
        """Return the payload of the next frame, which must be ``wanted``, and whole."""
        first, size = self._read(2)
        if first & ~RSV1 != FIN | wanted:
            raise Failure(f"a frame that begins with {first:#x} came for one of opcode {wanted}")
        if size > 125:
            size = int.from_bytes(self._read(2 if size == 126 else 8), "big")
        payload = self._read(size)
        return self._inflate(payload + b"\0\0\xff\xff") if first & RSV1 else payload

    def receive_close(self) -> str:
        """Answer a close frame, and return its code."""
        payload = self.receive(CLOSE)
        self.send(CLOSE, payload)
        return str(int.from_bytes(payload[:2], "big"))

    def _read(self, size: int) -> bytes:
        data = self._stream.read(size)
        if len(data) < size:
            raise Failure("the connection ended in the middle")
        return data


def _header(line: bytes) -> tuple[bytes, bytes, bytes]:
    return line.partition(b":")
