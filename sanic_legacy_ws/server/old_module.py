"""The module ``sanic.websocket`` as Sanic had it up to 21.6; see `install`."""

from __future__ import annotations

from ..asgi.websocket import AsgiWebSocket as WebSocketConnection
from ..connection import LegacyWebSocket as WebSocketCommonProtocol
from ..exceptions import ConnectionClosed
from .protocol import WebSocketProtocol

__all__ = [
    "ConnectionClosed",
    "WebSocketCommonProtocol",
    "WebSocketConnection",
    "WebSocketProtocol",
]
