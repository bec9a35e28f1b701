"""permessage-deflate for wsproto that inflates no more of a message than it may have."""

from __future__ import annotations

import zlib
from typing import Any

from wsproto.extensions import PerMessageDeflate
from wsproto.frame_protocol import CloseReason, Opcode, RsvBits

from ..wire.deflate import Deflate

_TAIL = b"\x00\x00\xff\xff"  # what the peer leaves out at the end of a message (RFC 7692, 7.2.2)


class BoundedDeflate(PerMessageDeflate):
    """wsproto's permessage-deflate, set up by what was agreed on.

    wsproto's own inflates whatever comes in one go, and takes a control frame within a compressed
    message for its end.
    """

    def __init__(self, deflate: Deflate, max_size: int | None) -> None:
        agreed = deflate.agreed
        super().__init__(
            agreed.client_no_context_takeover,
            agreed.client_max_window_bits,
            agreed.server_no_context_takeover,
            agreed.server_max_window_bits,
        )
        self.finalize(self.name)  # all is settled: this switches it on
        self._max_size = max_size
        self._inflater: Any = None  # made for the first compressed message
        self._inflated = 0  # bytes of the message that arrives
        self._is_compressed = False  # the message that arrives, all its frames
        self._in_control = False  # the frame that arrives is a control frame
        self.discarding = False
        """Nothing is inflated any more: nobody will read it. Set by the connection."""

    def frame_inbound_header(
        self, proto: Any, opcode: Opcode, rsv: RsvBits, payload_length: int
    ) -> CloseReason | RsvBits:
        """Judge a frame's header; only the first frame of a message has RSV1 (RFC 7692, 6.1)."""
        self._in_control = opcode.iscontrol()
        if rsv.rsv1 and (self._in_control or opcode is Opcode.CONTINUATION):
            return CloseReason.PROTOCOL_ERROR
        if not self._in_control and opcode is not Opcode.CONTINUATION:
            self._is_compressed, self._inflated = rsv.rsv1, 0
        return RsvBits(True, False, False)

    def frame_inbound_payload_data(self, proto: Any, data: bytes) -> bytes | CloseReason:
        """Inflate a piece of a frame's payload."""
        if not self._is_compressed or self._in_control:
            return data
        return self._inflate(data)

    def frame_inbound_complete(self, proto: Any, fin: bool) -> bytes | CloseReason | None:
        """Inflate what is left at the end of a message."""
        if not fin or not self._is_compressed or self._in_control:
            return None
        rest = self._inflate(_TAIL)
        if self.client_no_context_takeover:
            self._inflater = None
        return rest

    def _inflate(self, data: bytes) -> bytes | CloseReason:
        if self.discarding:
            return b""
        if self._inflater is None:
            self._inflater = zlib.decompressobj(-self.client_max_window_bits)
        # One byte more than it may have tells that there is more; 0 is zlib's word for no limit.
        limit = 0 if self._max_size is None else self._max_size - self._inflated + 1
        try:
            inflated: bytes = self._inflater.decompress(data, limit)
        except zlib.error:
            return CloseReason.INVALID_FRAME_PAYLOAD_DATA
        self._inflated += len(inflated)
        if self._max_size is not None and self._inflated > self._max_size:
            return CloseReason.MESSAGE_TOO_BIG
        return inflated
