"""One message to many connections, encoded once, without waiting (websockets 10.0)."""

from __future__ import annotations

from typing import Iterable

from .encoder import Encoder
from .outbox import Data
from .websocket import LegacyWebSocket


def broadcast(
    connections: Iterable[LegacyWebSocket],
    message: Data,
    raise_exceptions: bool = False,
    *,
    close_slow: bool = False,
) -> list[LegacyWebSocket]:
    """Send ``message`` to all ``connections`` at once; return those that were skipped.

    Does not wait. Ignores a connection that is not open. Skips a slow connection, which has more
    than its ``write_limit`` bytes left to send, and one that is sending a fragmented message: it
    does not get the message, and is in the list that is returned. With ``close_slow``, a slow
    connection is also closed with 1013 (try again later), so that its peer can connect again.
    With ``raise_exceptions``, raises RuntimeError if any was skipped, after the others got the
    message. Raises TypeError unless ``message`` is str or bytes-like.
    """
    encoder = Encoder(message)
    skipped = [
        connection
        for connection in connections
        if not connection.put_broadcast(encoder, close_slow)
    ]
    if skipped and raise_exceptions:
        raise RuntimeError(f"{len(skipped)} connections did not get the message")
    return skipped
