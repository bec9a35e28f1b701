"""The limit of uvloop: a protocol that knows what comes, reads no frame and has no API.

It counts bytes, and writes the echoes that are due from bytes made before, once a read.
"""

from __future__ import annotations

import asyncio
import base64
import hashlib
import re
from typing import cast

import uvloop

from benchmarks.cases import Case
from benchmarks.frames import CLOSE, FIN, Traffic, server_frame

GUID = b"258EAFA5-E914-47DA-95CA-C5AB0DC85B11"  # RFC 6455, 1.3
RESPONSE = (
    b"HTTP/1.1 101 Switching Protocols\r\nUpgrade: websocket\r\nConnection: Upgrade\r\n"
    b"Sec-WebSocket-Accept: %s\r\n\r\n"
)
FIND_KEY = re.compile(rb"sec-websocket-key: *(\S+)", re.IGNORECASE).search


class Answers:
    """The echoes of a case: those of messages `start` to `end` of a round are one slice."""

    def __init__(self, case: Case) -> None:
        traffic = Traffic(case)
        self.period = traffic.period
        self.request_size = traffic.offsets[1]
        self.reply_size = len(traffic.replies[0])
        self.replies = memoryview(b"".join(traffic.replies * 2))


class Upgrade(asyncio.Protocol):
    """Answers the upgrade, then makes way for `follower`."""

    def __init__(self, follower: type[Echo], answers: Answers) -> None:
        self.follower, self.answers = follower, answers

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self.transport = cast(asyncio.Transport, transport)

    def data_received(self, data: bytes) -> None:
        found = FIND_KEY(data)
        if not found:
            self.transport.close()
            return
        accept = base64.b64encode(hashlib.sha1(found[1] + GUID).digest())
        self.transport.set_protocol(self.follower(self.transport, self.answers))
        self.transport.write(RESPONSE % accept)


class Echo(asyncio.Protocol):
    """Writes as many echoes as whole messages have arrived."""

    def __init__(self, transport: asyncio.Transport, answers: Answers) -> None:
        self.transport, self.answers = transport, answers
        self.received = 0  # bytes, of which messages below `answered` are counted off
        self.answered = 0  # messages, this round

    def data_received(self, data: bytes) -> None:
        answers = self.answers
        count, self.received = divmod(self.received + len(data), answers.request_size)
        if count:
            start, size = self.answered, answers.reply_size
            self.transport.write(answers.replies[start * size : (start + count) * size])
            self.answered = (start + count) % answers.period


class EchoOnce(Echo):
    """For the churn: an echo, then the close handshake."""

    closing = server_frame(FIN | CLOSE, (1000).to_bytes(2, "big"))

    def data_received(self, data: bytes) -> None:
        if data[0] == FIN | CLOSE:
            self.transport.write(self.closing)
            self.transport.close()
        else:
            super().data_received(data)


class ToAll(Echo):
    """Writes the echo of each message to every connection."""

    peers: set[asyncio.Transport] = set()

    def __init__(self, transport: asyncio.Transport, answers: Answers) -> None:
        super().__init__(transport, answers)
        self.peers.add(transport)

    def data_received(self, data: bytes) -> None:
        size, start = self.answers.reply_size, self.answered
        reply = self.answers.replies[start * size : (start + 1) * size]
        for peer in self.peers:
            peer.write(reply)
        self.answered = (start + 1) % self.answers.period


FOLLOWERS = {"broadcast": ToAll, "send-loop": ToAll, "churn": EchoOnce}


async def _serve(case: Case, port: int) -> None:
    follower, answers = FOLLOWERS.get(case.mode, Echo), Answers(case)
    loop = asyncio.get_running_loop()
    server = await loop.create_server(lambda: Upgrade(follower, answers), "127.0.0.1", port)
    await server.serve_forever()


def serve(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    uvloop.run(_serve(case, port))
