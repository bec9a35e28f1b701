"""One message to many connections, encoded once, without waiting (websockets 10.0)."""

from __future__ import annotations

from typing import Iterable

from .encoder import Encoder
from .outbox import Data
from .state import State
from .websocket import LegacyWebSocket


def broadcast(
    connections: Iterable[LegacyWebSocket],
    message: Data,
    raise_exceptions: bool = False,
    *,
    close_slow: bool = False,
) -> list[LegacyWebSocket]:
    """Send ``message`` to all ``connections`` at once; return those that were skipped.

    A connection that is not open is passed over, as is one in the middle of a fragmented message.
    A slow one, with more than its ``write_limit`` bytes still to be sent, is skipped: it misses
    the message, and is in the list that is returned, so that nothing grows for it. With
    ``close_slow``, it is closed with 1013 (try again later) besides: its peer may connect anew
    and catch up. Never waits. With ``raise_exceptions``, raises RuntimeError if any was skipped,
    after all others got the message. Raises TypeError unless ``message`` is str or bytes-like.
    """
    encoder = Encoder(message)
    skipped = [
        connection
        for connection in connections
        if connection.state is State.OPEN and not connection.put_broadcast(encoder, close_slow)
    ]
    if skipped and raise_exceptions:
        raise RuntimeError(f"{len(skipped)} connections did not get the message")
    return skipped
