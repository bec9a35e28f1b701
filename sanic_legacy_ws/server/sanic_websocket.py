"""The module ``sanic.websocket`` as Sanic had it up to 21.6; see `install`."""

from __future__ import annotations

from .._compat.exceptions import ConnectionClosed
from ..connection import LegacyWebSocket as WebSocketCommonProtocol
from .asgi import AsgiWebSocket as WebSocketConnection
from .protocol import WebSocketProtocol

__all__ = [
    "ConnectionClosed",
    "WebSocketCommonProtocol",
    "WebSocketConnection",
    "WebSocketProtocol",
]
