"""ASGI's dictionaries: what is read from them, and those that are sent."""

from __future__ import annotations

from typing import Any, Dict, Tuple
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
