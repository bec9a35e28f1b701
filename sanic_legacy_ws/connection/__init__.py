"""The websockets-8 connection object, on asyncio and without Sanic."""

from .broadcast import broadcast
from .closing import State
from .websocket import LegacyWebSocket, Stats

__all__ = ["LegacyWebSocket", "State", "Stats", "broadcast"]
