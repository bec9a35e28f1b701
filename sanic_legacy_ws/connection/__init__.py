"""The websockets-8 connection object, on asyncio and without Sanic."""

from .broadcast import broadcast
from .facts import Stats
from .state import State
from .websocket import LegacyWebSocket

__all__ = ["LegacyWebSocket", "State", "Stats", "broadcast"]
