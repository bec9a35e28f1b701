"""What a connection is, whatever carries it: everything but sending and keepalive."""

from __future__ import annotations

from .closing import Closing
from .inbox import Inbox
from .milestones import Milestones


class BaseWebSocket(Closing, Milestones, Inbox):
    """The base of `LegacyWebSocket`, on asyncio's transports, and of `AsgiWebSocket`."""
