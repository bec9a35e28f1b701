"""The same bytes through three servers: ours, websockets' and wsproto's, without sockets."""

from __future__ import annotations

import asyncio
from typing import Any, NamedTuple

from sanic_legacy_ws.connection import LegacyWebSocket
from tests.support.client import CLOSE, CONT, TEXT, Frame

from .transport import MemoryTransport, frames_of

try:
    from websockets.protocol import OPEN, SERVER, Protocol
except ImportError:  # before websockets 11
    Protocol = None

try:
    from wsproto import connection as wsproto_connection
    from wsproto import events as wsproto_events
except ImportError:
    wsproto_connection = None


class Outcome(NamedTuple):
    """The messages that a server made of some bytes, and the code of the close frame it answers."""

    messages: list[str | bytes]
    code: int | None


def _code(frame: Frame) -> int:
    return 1005 if frame.close_code is None else frame.close_code


def ours(data: bytes, max_size: int) -> Outcome:
    """What `LegacyWebSocket` does."""
    loop = asyncio.new_event_loop()
    try:
        ws = LegacyWebSocket(ping_interval=None, max_queue=None, max_size=max_size, loop=loop)
        transport = MemoryTransport(loop, ws)
        ws.connection_made(transport)
        ws.connection_open()
        ws.data_received(data)
        ws._flush()
        closes = [_code(frame) for frame in frames_of(transport.written) if frame.opcode == CLOSE]
        messages = list(ws.messages)
        transport.lose()
        return Outcome(messages, closes[0] if closes else None)
    finally:
        loop.close()


def websockets(data: bytes, max_size: int) -> Outcome:
    """What websockets' sans-I/O protocol does, with the UTF-8 check of the layer above it."""
    protocol = Protocol(SERVER, state=OPEN, max_size=max_size)
    protocol.receive_data(data)
    messages: list[str | bytes] = []
    parts: list[bytes] = []
    opcode = 0
    for event in protocol.events_received():
        if event.opcode > 2:
            continue
        if event.opcode != CONT:
            opcode, parts = event.opcode, []
        parts.append(bytes(event.data))
        if event.fin:
            payload = b"".join(parts)
            try:
                messages.append(payload.decode() if opcode == TEXT else payload)
            except UnicodeDecodeError:
                return Outcome(messages, 1007)
    written = b"".join(protocol.data_to_send())
    closes = [_code(frame) for frame in frames_of(written) if frame.opcode == CLOSE]
    return Outcome(messages, closes[0] if closes else None)


def wsproto(data: bytes, max_size: int) -> Outcome:
    """What wsproto does; it has no limit of its own, and leaves the echo of a close to us."""
    connection = wsproto_connection.Connection(wsproto_connection.ConnectionType.SERVER)
    connection.receive_data(data)
    messages: list[str | bytes] = []
    parts: list[Any] = []
    for event in connection.events():
        if isinstance(event, wsproto_events.Message):
            parts.append(event.data)
            if event.message_finished:
                whole: Any = "" if isinstance(event, wsproto_events.TextMessage) else b""
                messages.append(whole.__class__().join(parts) if parts else whole)
                parts = []
        elif isinstance(event, wsproto_events.CloseConnection):
            return Outcome(messages, int(event.code))
    return Outcome(messages, None)


AVAILABLE = [
    *([websockets] if Protocol is not None else []),
    *([wsproto] if wsproto_connection is not None else []),
]
