"""For the tests of an app: serve it, and connect clients to it."""

from __future__ import annotations

from .client import ConnectionRefused, WebSocketClient
from .serving import TestServer, connect, serve

__all__ = ["ConnectionRefused", "TestServer", "WebSocketClient", "connect", "serve"]
