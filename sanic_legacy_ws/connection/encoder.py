"""The frames of one message, each made once, however many connections send it."""

from __future__ import annotations

from ..wire.deflate import Deflate
from ..wire.frames import BINARY, FIN, RSV1, TEXT, frame


class Encoder:
    """The frames of one message: one plain, and one for each setting of permessage-deflate."""

    def __init__(self, message: str | bytes | bytearray | memoryview) -> None:
        self.message = message
        if isinstance(message, str):
            self._opcode, self._payload = TEXT, message.encode()
        elif isinstance(message, (bytes, bytearray, memoryview)):
            self._opcode, self._payload = BINARY, bytes(message)
        else:
            raise TypeError("data must be str or bytes-like")
        self.plain = frame(FIN | self._opcode, self._payload)
        self._compressed: dict[object, bytes] = {}  # by setting of permessage-deflate

    def frame_for(self, deflate: Deflate) -> bytes:
        if len(self._payload) < deflate.min_size:
            return self.plain
        compressed = self._compressed.get(deflate.setting)
        if compressed is None:
            payload = deflate.compress_alone(self._payload)
            compressed = self._compressed[deflate.setting] = frame(
                FIN | RSV1 | self._opcode, payload
            )
        # The peer's window holds what our compressor has not seen: it starts anew.
        deflate.forget()
        return compressed
