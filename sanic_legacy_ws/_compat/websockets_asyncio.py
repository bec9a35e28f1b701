"""websockets' asyncio connection, for the guest of that name and nothing else."""

from __future__ import annotations

from websockets.version import version as _version

try:
    from websockets.asyncio.connection import Connection
    from websockets.asyncio.server import ServerConnection
except ModuleNotFoundError:
    raise ImportError(
        f"the guest websockets_asyncio needs websockets 13 or newer, not {_version}"
    ) from None
from websockets.datastructures import Headers
from websockets.http11 import Request, Response
from websockets.protocol import OPEN
from websockets.server import ServerProtocol

# websockets 13 takes no None for a queue without a limit.
NO_LIMIT = None if int(_version.partition(".")[0]) >= 14 else 2**31

__all__ = [
    "NO_LIMIT",
    "OPEN",
    "Connection",
    "Headers",
    "Request",
    "Response",
    "ServerConnection",
    "ServerProtocol",
]
