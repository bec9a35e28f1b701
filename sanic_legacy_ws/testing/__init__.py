"""Clients for the tests of an app, which serve it for as long as they need it."""

from __future__ import annotations

from .client import ConnectionRefused, WebSocketClient
from .serving import TestServer, connect, serve

__all__ = ["ConnectionRefused", "TestServer", "WebSocketClient", "connect", "serve"]
