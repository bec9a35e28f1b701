"""Other WebSocket frameworks on the connections that Sanic accepted.

The ready guests are modules of their own, each with the extra of its name to install:
`sanic_legacy_ws.guests.websockets_legacy`, `.wsproto` and `.picows`.
"""

from .adapter import wrap
from .base import GuestProtocol, Opening, guest

__all__ = ["GuestProtocol", "Opening", "guest", "wrap"]
