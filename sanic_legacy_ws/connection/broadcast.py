"""One message to many connections, encoded once, without waiting (websockets 10.0)."""

from __future__ import annotations

from typing import Iterable, Union

from ..wire.deflate import Deflate
from ..wire.frames import BINARY, FIN, RSV1, TEXT, frame
from .closing import State
from .websocket import LegacyWebSocket

Data = Union[str, bytes, bytearray, memoryview]


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
    encoder = _Encoder(message)
    skipped = []
    for connection in connections:
        if connection.state is not State.OPEN:
            continue
        if connection._clear:
            connection._messages_sent += 1
            connection._put_frame(encoder.frame_for(connection._deflate))
        else:
            skipped.append(connection)
            if close_slow:
                connection.fail_connection(1013, "too slow for a broadcast")
    if skipped and raise_exceptions:
        raise RuntimeError(f"{len(skipped)} connections did not get the message")
    return skipped


class _Encoder:
    """The frames of one message: one plain, and one for each setting of permessage-deflate."""

    def __init__(self, message: Data) -> None:
        if isinstance(message, str):
            self._opcode, self._payload = TEXT, message.encode()
        elif isinstance(message, (bytes, bytearray, memoryview)):
            self._opcode, self._payload = BINARY, bytes(message)
        else:
            raise TypeError("data must be str or bytes-like")
        self._plain = frame(FIN | self._opcode, self._payload)
        self._compressed: dict[object, bytes] = {}

    def frame_for(self, deflate: Deflate | None) -> bytes:
        if deflate is None or len(self._payload) < deflate.min_size:
            return self._plain
        compressed = self._compressed.get(deflate.setting)
        if compressed is None:
            payload = deflate.compress_alone(self._payload)
            compressed = self._compressed[deflate.setting] = frame(
                FIN | RSV1 | self._opcode, payload
            )
        # The peer's window holds what our compressor has not seen: it starts anew.
        deflate.forget()
        return compressed
