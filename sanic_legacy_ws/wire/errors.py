"""What can be wrong with the bytes of a peer.

The tree::

    Exception
    +-- WireError               a frame or message that fails the connection
    |   +-- ProtocolError       1002 (RFC 6455 section 7.4.1)
    |   +-- InvalidPayload      1007
    |   +-- MessageTooBig       1009
    +-- HandshakeError          an upgrade request that is answered by an HTTP error
"""

from __future__ import annotations

from typing import ClassVar, Sequence


class WireError(Exception):
    """Fails the connection with ``code`` and ``reason``."""

    code: ClassVar[int] = 1002

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class ProtocolError(WireError):
    """A peer that breaks RFC 6455 or RFC 7692."""

    code = 1002


class InvalidPayload(WireError):
    """Text, or a close reason, that is not UTF-8 (RFC 6455 section 8.1)."""

    code = 1007


def not_utf8(position: int) -> InvalidPayload:
    """Return the fault of a text that is not UTF-8 at byte ``position``."""
    return InvalidPayload(f"text is not UTF-8 at byte {position}")


class MessageTooBig(WireError):
    """A message longer than the limit (RFC 6455 section 10.4)."""

    code = 1009


class HandshakeError(Exception):
    """An upgrade request to refuse with HTTP ``status``, extra ``headers`` and a text body."""

    def __init__(self, status: int, body: str, headers: Sequence[tuple[str, str]] = ()) -> None:
        super().__init__(body)
        self.status = status
        self.body = body
        self.headers = tuple(headers)
