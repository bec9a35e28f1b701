"""A blocking WebSocket client that sends exactly the bytes that a test asks for."""

from __future__ import annotations

import base64
import contextlib
import os
import socket
import ssl
import struct
import time
import weakref
from typing import Any, ClassVar, Iterable, NamedTuple, Tuple

from .server import Server

CONT, TEXT, BINARY, CLOSE, PING, PONG = 0, 1, 2, 8, 9, 10
KEY = "dGhlIHNhbXBsZSBub25jZQ=="  # RFC 6455 section 1.3
ACCEPT = "s3pPLMBiTxaQ9kYGzzhZRbK+xOo="
RAW_MASK = b"\x37\xfa\x21\x3d"  # RFC 6455 section 5.7
TIMEOUT = 10.0

HeaderList = Iterable[Tuple[str, str]]


class Frame(NamedTuple):
    """One frame as it was on the wire, payload unmasked."""

    opcode: int
    payload: bytes = b""
    fin: bool = True
    rsv: int = 0
    masked: bool = False

    @property
    def close_code(self) -> int | None:
        """The code of a close frame, None if it has no payload."""
        return struct.unpack("!H", self.payload[:2])[0] if self.payload else None

    @property
    def close_reason(self) -> str:
        return self.payload[2:].decode()


class Response(NamedTuple):
    """The answer to an HTTP request; header names in lower case, in order."""

    status: int
    headers: list[tuple[str, str]]
    body: bytes

    def header(self, name: str) -> str | None:
        """The value of the first header of that name, None without one."""
        return next((v for k, v in self.headers if k == name.lower()), None)


def close_payload(code: int | None = None, reason: str | bytes = b"") -> bytes:
    """The payload of a close frame; empty without a code."""
    raw = reason.encode() if isinstance(reason, str) else reason
    return b"" if code is None else struct.pack("!H", code) + raw


def encode_frame(
    opcode: int,
    payload: bytes = b"",
    *,
    fin: bool = True,
    rsv: int = 0,
    mask: bytes | None = RAW_MASK,
    length: int | None = None,
) -> bytes:
    """The bytes of one frame, legal or not.

    mask: four bytes, None for an unmasked frame. length: announce this length, whatever
    the payload has.
    """
    size = len(payload) if length is None else length
    bit = 0 if mask is None else 0x80
    head = bytes([(0x80 if fin else 0) | rsv << 4 | opcode])
    if size < 126:
        head += bytes([bit | size])
    elif size < 1 << 16:
        head += struct.pack("!BH", bit | 126, size)
    else:
        head += struct.pack("!BQ", bit | 127, size)
    return head + payload if mask is None else head + mask + apply_mask(payload, mask)


def apply_mask(payload: bytes, mask: bytes) -> bytes:
    """Payload XOR mask; its own inverse."""
    size = len(payload)
    repeated = (mask * (size // 4 + 1))[:size]
    return (int.from_bytes(payload, "big") ^ int.from_bytes(repeated, "big")).to_bytes(size, "big")


class RawClient:
    """A socket to a server, with the bytes in the hands of the test.

    target: a Server (its TLS and unix socket are used), or (host, port).
    timeout: seconds for each receiving call that names no timeout of its own;
    those calls raise TimeoutError after it, EOFError when the peer has ended its side,
    ConnectionError after a reset. answers_pings: pings are answered and not shown.
    """

    _alive: ClassVar[weakref.WeakSet[RawClient]] = weakref.WeakSet()

    def __init__(
        self,
        target: Server | tuple[str, int],
        *,
        timeout: float = TIMEOUT,
        rcvbuf: int = 0,
        answers_pings: bool = False,
    ) -> None:
        self.timeout = timeout
        self.answers_pings = answers_pings
        self.buffer = b""
        self.sock = self._connect(target, rcvbuf)
        self._alive.add(self)

    @classmethod
    def disconnect_all(cls) -> None:
        """Close what a test has open that ends where it did not expect to."""
        for client in list(cls._alive):
            client.disconnect()

    def __enter__(self) -> RawClient:
        return self

    def __exit__(self, *_: Any) -> None:
        self.disconnect()

    # -- handshake --------------------------------------------------------

    def request(
        self,
        path: str = "/",
        *,
        method: str = "GET",
        version: str = "HTTP/1.1",
        host: str | None = "localhost",
        headers: HeaderList = (),
        extra: bytes = b"",
    ) -> Response:
        """Send a request with these headers and Host only; extra follows in the same segment."""
        lines = [f"{method} {path} {version}"]
        lines += [] if host is None else [f"Host: {host}"]
        lines += [f"{name}: {value}" for name, value in headers]
        self.send_raw("\r\n".join([*lines, "", ""]).encode() + extra)
        return self.receive_response(method)

    def upgrade(
        self,
        path: str = "/",
        *,
        headers: HeaderList = (),
        replace: dict[str, str | None] | None = None,
        **arguments: Any,
    ) -> Response:
        """Ask for a WebSocket and give the answer, whatever it is.

        headers: more headers. replace: other values for the handshake's own, None for none.
        arguments: more for `request`.
        """
        own: dict[str, str | None] = {
            "Upgrade": "websocket",
            "Connection": "Upgrade",
            "Sec-WebSocket-Key": KEY,
            "Sec-WebSocket-Version": "13",
        }
        own.update(replace or {})
        sent = [(name, value) for name, value in own.items() if value is not None]
        return self.request(path, headers=[*sent, *headers], **arguments)

    def handshake(self, path: str = "/", **arguments: Any) -> Response:
        """As `upgrade`, and fail unless the answer is a right 101."""
        response = self.upgrade(path, **arguments)
        assert response.status == 101, response
        assert response.header("sec-websocket-accept") == ACCEPT, response
        return response

    def receive_response(self, method: str = "GET") -> Response:
        """Read one HTTP response; its body by Content-Length, or up to the end."""
        head = self._read_until(b"\r\n\r\n").decode("latin-1").split("\r\n")
        status = int(head[0].split()[1])
        pairs = [line.partition(":")[::2] for line in head[1:] if line]
        headers = [(name.strip().lower(), value.strip()) for name, value in pairs]
        length = dict(headers).get("content-length")
        if status == 101 or method == "HEAD":
            body = b""
        elif length is not None:
            body = self.receive_exactly(int(length))
        else:
            body = self.receive_to_end()
        return Response(status, headers, body)

    # -- sending ----------------------------------------------------------

    def send_raw(self, data: bytes) -> None:
        self.sock.settimeout(self.timeout)
        self.sock.sendall(data)

    def send_frame(self, opcode: int, payload: bytes = b"", **arguments: Any) -> None:
        """Send one frame; arguments as in `encode_frame`."""
        self.send_raw(encode_frame(opcode, payload, **arguments))

    def send_text(self, text: str) -> None:
        self.send_frame(TEXT, text.encode())

    def send_binary(self, data: bytes) -> None:
        self.send_frame(BINARY, data)

    def send_ping(self, payload: bytes = b"") -> None:
        self.send_frame(PING, payload)

    def send_close(self, code: int | None = 1000, reason: str | bytes = b"") -> None:
        """Send a close frame, without waiting for anything; code None for an empty one."""
        self.send_frame(CLOSE, close_payload(code, reason))

    # -- receiving --------------------------------------------------------

    def receive_frame(self, timeout: float | None = None) -> Frame:
        """The next frame, of any kind."""
        deadline = self._deadline(timeout)
        frame = self._read_frame(deadline)
        while frame.opcode == PING and self.answers_pings:
            self.send_frame(PONG, frame.payload)
            frame = self._read_frame(deadline)
        return frame

    def _read_frame(self, deadline: float) -> Frame:
        first, second = self.receive_exactly(2, deadline=deadline)
        size = second & 0x7F
        if size == 126:
            size = struct.unpack("!H", self.receive_exactly(2, deadline=deadline))[0]
        elif size == 127:
            size = struct.unpack("!Q", self.receive_exactly(8, deadline=deadline))[0]
        mask = self.receive_exactly(4, deadline=deadline) if second & 0x80 else None
        payload = self.receive_exactly(size, deadline=deadline)
        if mask:
            payload = apply_mask(payload, mask)
        return Frame(first & 0xF, payload, bool(first & 0x80), first >> 4 & 7, bool(mask))

    def receive_message(self, timeout: float | None = None) -> str | bytes:
        """The next message, fragments joined; a close frame or a pong is an error here."""
        frame = self.receive_frame(timeout)
        assert frame.opcode in (TEXT, BINARY), frame
        payload, last = frame.payload, frame
        while not last.fin:
            last = self.receive_frame(timeout)
            assert last.opcode == CONT, last
            payload += last.payload
        return payload.decode() if frame.opcode == TEXT else payload

    def receive_close(self, timeout: float | None = None) -> Frame:
        """The next frame, which must be a close frame."""
        frame = self.receive_frame(timeout)
        assert frame.opcode == CLOSE, frame
        return frame

    def receive_end(self, timeout: float | None = None) -> str:
        """Wait for the end of the stream: "eof" or "reset"; bytes before it are an error."""
        try:
            rest = self.receive_to_end(timeout)
        except ConnectionError:
            return "reset"
        assert not rest, rest
        return "eof"

    def receive_to_end(self, timeout: float | None = None) -> bytes:
        """All bytes up to the end of the stream."""
        deadline = self._deadline(timeout)
        with contextlib.suppress(EOFError):
            while True:
                self._receive(deadline)
        data, self.buffer = self.buffer, b""
        return data

    def receive_exactly(self, size: int, *, deadline: float | None = None) -> bytes:
        deadline = self._deadline(None) if deadline is None else deadline
        while len(self.buffer) < size:
            self._receive(deadline)
        data, self.buffer = self.buffer[:size], self.buffer[size:]
        return data

    # -- ending -----------------------------------------------------------

    def close(self, code: int | None = 1000, reason: str | bytes = b"") -> Frame:
        """The closing handshake from our side; gives the server's close frame."""
        self.send_close(code, reason)
        frame = self.receive_close()
        self.disconnect()
        return frame

    def half_close(self) -> None:
        """End our side only (FIN); what the server sends still arrives. Not with TLS."""
        self.sock.shutdown(socket.SHUT_WR)

    def abort(self) -> None:
        """End the connection with a TCP reset."""
        linger = struct.pack("ii", 1, 0)
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, linger)
        self.sock.close()

    def disconnect(self) -> None:
        """Close the socket without any frame (FIN, or a reset if bytes lie unread)."""
        self.sock.close()

    # -- inner ------------------------------------------------------------

    def _connect(self, target: Server | tuple[str, int], rcvbuf: int) -> socket.socket:
        unix = target.unix_path if isinstance(target, Server) else None
        tls = target.tls if isinstance(target, Server) else None
        address = (target.host, target.port) if isinstance(target, Server) else target
        sock = socket.socket(socket.AF_UNIX if unix else socket.AF_INET, socket.SOCK_STREAM)
        sock.settimeout(self.timeout)
        if rcvbuf:
            sock.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, rcvbuf)
        try:
            sock.connect(unix or address)
            if not unix:
                sock.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            return (
                tls.client_context().wrap_socket(sock, server_hostname="localhost") if tls else sock
            )
        except BaseException:
            sock.close()
            raise

    def _deadline(self, timeout: float | None) -> float:
        return time.monotonic() + (self.timeout if timeout is None else timeout)

    def _read_until(self, mark: bytes) -> bytes:
        deadline = self._deadline(None)
        while mark not in self.buffer:
            self._receive(deadline)
        data, _, self.buffer = self.buffer.partition(mark)
        return data

    def _receive(self, deadline: float) -> None:
        left = deadline - time.monotonic()
        if left <= 0:
            raise TimeoutError(f"nothing more came; buffer holds {self.buffer[:200]!r}")
        self.sock.settimeout(left)
        try:
            data = self.sock.recv(1 << 16)
        except socket.timeout:
            raise TimeoutError(f"nothing more came; buffer holds {self.buffer[:200]!r}") from None
        except ssl.SSLEOFError:
            data = b""
        if not data:
            raise EOFError(f"end of stream; buffer holds {self.buffer[:200]!r}")
        self.buffer += data


def random_key() -> str:
    """A Sec-WebSocket-Key of its own."""
    return base64.b64encode(os.urandom(16)).decode()
