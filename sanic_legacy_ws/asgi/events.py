"""ASGI's dictionaries: what is read from them, and those that are sent."""

from __future__ import annotations

from typing import Any, AsyncIterable, Dict, Tuple
from urllib.parse import quote

from ..connection.outbox import Data
from ..wire.decoder import Message

Event = Dict[str, Any]
Outgoing = Tuple[Event, int]
"""An event to send, and the bytes of its message."""


def send_event(message: Data) -> Outgoing:
    """The event that sends a message, and its size in bytes."""
    if isinstance(message, str):
        return {"type": "websocket.send", "text": message}, size_of(message)
    data = bytes(message)
    return {"type": "websocket.send", "bytes": data}, len(data)


async def joined(fragments: AsyncIterable[Data]) -> Any:
    """The message of ``fragments``; None if there are none."""
    parts: list[Data] = []
    async for fragment in fragments:
        if not isinstance(fragment, (str, bytes, bytearray, memoryview)):
            raise TypeError("data must be str or bytes-like")
        if parts and isinstance(fragment, str) is not isinstance(parts[0], str):
            raise TypeError("data contains inconsistent types")
        parts.append(fragment)
    if not parts:
        return None
    whole: Any = "" if isinstance(parts[0], str) else b""
    return whole.join(parts)


def size_of(message: Message) -> int:
    if isinstance(message, bytes) or message.isascii():
        return len(message)
    return len(message.encode())


def address_of(address: Any) -> Any:
    if address is None:
        return None
    host, port, *rest = address
    return (host, port if port is None else int(port), *rest)  # granian has it as a str


def path_of(scope: Event) -> str:
    """The request target, as it was sent."""
    raw: bytes = scope.get("raw_path") or quote(scope["path"]).encode()
    query: bytes = scope.get("query_string") or b""
    target = raw.partition(b"?")[0] + (b"?" + query if query else b"")
    return target.decode("ascii", "backslashreplace")
