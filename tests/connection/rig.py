"""A connection on a real transport over loopback, and its peer: a bare socket."""

from __future__ import annotations

import asyncio
import contextlib
import gc
import socket
import struct
from typing import Any, AsyncIterator, Awaitable, Callable

from sanic_legacy_ws.connection import LegacyWebSocket, State
from sanic_legacy_ws.connection.keepalive import Clock
from sanic_legacy_ws.connection.waiter import Waiter
from tests.support.client import (
    CLOSE,
    CONT,
    PING,
    PONG,
    TEXT,
    Frame,
    close_payload,
    encode_frame,
)
from tests.support.waiting import turns as turns
from tests.support.waiting import until as until

try:
    import uvloop
except ImportError:
    uvloop = None

BOUND = 10  # seconds: how long any single wait of a test may take

LOOPS: dict[str, Callable[[], asyncio.AbstractEventLoop]] = {
    "asyncio": asyncio.SelectorEventLoop,
}
if uvloop is not None:
    LOOPS["uvloop"] = uvloop.new_event_loop


def run(
    main: Callable[[], Awaitable[Any]], new_loop: Callable[[], Any] = asyncio.SelectorEventLoop
) -> Any:
    """Run ``main`` on a loop of its own; fail on errors nobody handled, and tasks left behind."""
    problems: list[dict[str, Any]] = []
    loop = new_loop()
    loop.set_exception_handler(lambda loop, context: problems.append(context))
    asyncio.set_event_loop(loop)
    try:
        result = loop.run_until_complete(asyncio.wait_for(main(), BOUND))
        loop.run_until_complete(turns())
        left = asyncio.all_tasks(loop)
        loop.run_until_complete(loop.shutdown_asyncgens())
    finally:
        asyncio.set_event_loop(None)
        loop.close()
    gc.collect(1)  # what was never awaited or retrieved reports itself
    assert problems == [], problems
    assert left == set()
    return result


def sending_paused(ws: LegacyWebSocket) -> bool:
    """Whether the peer does not read: a `send` waits."""
    size: int = ws.transport.get_write_buffer_size()
    return size > ws.write_limit


def reading_paused(ws: LegacyWebSocket) -> bool:
    """Whether the transport is not read."""
    return not ws.transport.is_reading()


def full(ws: LegacyWebSocket) -> bool:
    """Whether max_queue messages wait to be read."""
    return len(ws.messages) == ws.max_queue


class Peer:
    """The client's end: sends any bytes, reads the server's frames one by one."""

    def __init__(self, sock: socket.socket) -> None:
        self.sock = sock
        self.buffer = b""
        self.sent = 0

    async def send(self, *frames: bytes) -> None:
        loop = asyncio.get_event_loop()
        data = b"".join(frames)
        await asyncio.wait_for(loop.sock_sendall(self.sock, data), BOUND)
        self.sent += len(data)

    async def arrival(self, ws: LegacyWebSocket) -> None:
        """Wait until all that was sent has arrived."""
        await until(lambda: ws.stats.bytes_received == self.sent)

    async def text(self, *messages: str) -> None:
        await self.send(*(encode_frame(TEXT, message.encode()) for message in messages))

    async def ping(self, payload: bytes = b"") -> None:
        await self.send(encode_frame(PING, payload))

    async def pong(self, payload: bytes = b"") -> None:
        await self.send(encode_frame(PONG, payload))

    async def close(self, code: int | None = None, reason: str = "") -> None:
        await self.send(encode_frame(CLOSE, close_payload(code, reason)))

    async def _more(self) -> bool:
        loop = asyncio.get_event_loop()
        data = await asyncio.wait_for(loop.sock_recv(self.sock, 1 << 16), BOUND)
        self.buffer += data
        return bool(data)

    async def read(self) -> Frame | None:
        """Return the next frame, None at the end of the stream."""
        while True:
            frame = self._cut()
            if frame is not None:
                return frame
            if not await self._more():
                assert self.buffer == b""
                return None

    def _cut(self) -> Frame | None:
        data = self.buffer
        if len(data) < 2:
            return None
        start, size = 2, data[1]
        if size > 125:
            start = 4 if size == 126 else 10
            size = int.from_bytes(data[2:start], "big")
        if len(data) < start + size:
            return None
        self.buffer = data[start + size :]
        first = data[0]
        payload = data[start : start + size]
        return Frame(first & 0x0F, payload, bool(first & 0x80), first >> 4 & 7)

    async def read_all(self) -> list[Frame]:
        """Return the frames up to the end of the stream."""
        frames = []
        while True:
            frame = await self.read()
            if frame is None:
                return frames
            frames.append(frame)

    async def answer_close(self) -> Frame:
        """Read up to a close frame, echo it, and return it."""
        while True:
            frame = await self.read()
            assert frame is not None
            if frame.opcode == CLOSE:
                await self.send(encode_frame(CLOSE, frame.payload))
                return frame

    def silence(self) -> bool:
        """Whether nothing has arrived."""
        try:
            self.buffer += self.sock.recv(1 << 16)
        except BlockingIOError:
            pass
        return self.buffer == b""

    def end(self) -> None:
        """Send no more: half-close."""
        self.sock.shutdown(socket.SHUT_WR)

    def reset(self) -> None:
        """Drop the connection by RST."""
        self.sock.setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, struct.pack("ii", 1, 0))
        self.sock.close()


def socket_pair(buffers: int = 0) -> tuple[socket.socket, socket.socket]:
    """Two ends of a TCP connection; ``buffers``: bytes of the kernel's buffers, 0 for many."""
    with socket.socket() as listener:
        if buffers:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffers)
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffers)
        listener.bind(("127.0.0.1", 0))
        listener.listen(1)
        client = socket.socket()
        if buffers:
            client.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, buffers)
            client.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, buffers)
        client.connect(listener.getsockname())
        server, _ = listener.accept()
    client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
    client.setblocking(False)
    server.setblocking(False)
    return server, client


@contextlib.asynccontextmanager
async def connected(
    kind: Any = LegacyWebSocket, *, buffers: int = 0, opened: bool = True, **kwargs: Any
) -> AsyncIterator[tuple[Any, Peer]]:
    """A connection (keepalive off by default) and its peer; both are gone at the end."""
    loop = asyncio.get_event_loop()
    kwargs.setdefault("ping_interval", None)
    server, client = socket_pair(buffers)
    ws = kind(**kwargs)
    await loop.connect_accepted_socket(lambda: ws, server)
    if opened:
        ws.connection_open()
    peer = Peer(client)
    try:
        yield ws, peer
    finally:
        peer.sock.close()
        ws.transport.abort()
        await asyncio.wait_for(ws.wait_closed(), BOUND)
        await turns()
        assert_nothing_left(ws)


def assert_nothing_left(ws: LegacyWebSocket) -> None:
    """A closed connection holds no timer, waiter or ping, and the clock holds no closed one."""
    assert ws.state is State.CLOSED
    assert not ws.waited_on
    assert not ws.pings
    assert pending(ws) == {}
    assert not any(ws in bucket for bucket in Clock.of(ws.loop).buckets.values())


def pending(ws: LegacyWebSocket) -> dict[str, Any]:
    """What is still to happen to a connection by itself: timers, waiters, what is not flushed."""
    return {name: value for name, value in vars(ws).items() if _is_pending(value)}


def _is_pending(value: Any) -> bool:
    """Whether ``value`` is something that still happens, or waits, or is to be sent."""
    if hasattr(value, "when"):  # a timer, of whichever loop
        return not value.cancelled()
    if isinstance(value, asyncio.Future):
        return not value.done()
    if isinstance(value, Waiter):
        return value.callback is not None
    return isinstance(value, list) and bool(value)


def fragments(*payloads: str) -> bytes:
    """A text message in fragments."""
    last = len(payloads) - 1
    return b"".join(
        encode_frame(CONT if index else TEXT, payload.encode(), fin=index == last)
        for index, payload in enumerate(payloads)
    )
