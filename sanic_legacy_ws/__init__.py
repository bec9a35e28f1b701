"""The websockets-8 WebSocket object for Sanic handlers, on Sanic 20.12 to 25.12.

Names are imported at first use, so that the migration tools start fast, and where Sanic is not
installed.
"""

from __future__ import annotations

from importlib import import_module
from typing import TYPE_CHECKING, Any

from ._compat.version import __version__

if TYPE_CHECKING:
    from .asgi.websocket import AsgiWebSocket as WebSocketConnection
    from .binding.app_sockets import connections
    from .connection import LegacyWebSocket, State, broadcast
    from .connection import LegacyWebSocket as WebSocketCommonProtocol
    from .exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
    from .server.install import install, uninstall
    from .server.protocol import WebSocketProtocol
    from .wire.deflate import DeflateParameters

_HOMES = {
    "ConnectionClosed": "exceptions",
    "ConnectionClosedError": "exceptions",
    "ConnectionClosedOK": "exceptions",
    "DeflateParameters": "wire.deflate",
    "LegacyWebSocket": "connection",
    "State": "connection",
    "WebSocketCommonProtocol": "connection:LegacyWebSocket",
    "WebSocketConnection": "asgi.websocket:AsgiWebSocket",
    "WebSocketProtocol": "server.protocol",
    "broadcast": "connection",
    "connections": "binding.app_sockets",
    "install": "server.install",
    "uninstall": "server.install",
}

__all__ = [
    "ConnectionClosed",
    "ConnectionClosedError",
    "ConnectionClosedOK",
    "DeflateParameters",
    "LegacyWebSocket",
    "State",
    "WebSocketCommonProtocol",
    "WebSocketConnection",
    "WebSocketProtocol",
    "__version__",
    "broadcast",
    "connections",
    "install",
    "uninstall",
]


def __getattr__(name: str) -> Any:
    home, _, real_name = _HOMES.get(name, "").partition(":")
    if not home:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    value = globals()[name] = getattr(import_module(f".{home}", __name__), real_name or name)
    return value


def __dir__() -> list[str]:
    return __all__
