"""Close codes, and the payload of a close frame (RFC 6455 sections 5.5.1 and 7.4)."""

from __future__ import annotations

from enum import IntEnum

from .errors import InvalidPayload, ProtocolError

MAX_REASON_BYTES = 123
"""A control frame holds 125 bytes (RFC 6455 section 5.5), two of them the code."""


class CloseCode(IntEnum):
    """RFC 6455 section 7.4.1 and the IANA WebSocket Close Code Number registry."""

    NORMAL_CLOSURE = 1000
    GOING_AWAY = 1001
    PROTOCOL_ERROR = 1002
    UNSUPPORTED_DATA = 1003
    NO_STATUS_RCVD = 1005
    ABNORMAL_CLOSURE = 1006
    INVALID_DATA = 1007
    POLICY_VIOLATION = 1008
    MESSAGE_TOO_BIG = 1009
    MANDATORY_EXTENSION = 1010
    INTERNAL_ERROR = 1011
    SERVICE_RESTART = 1012
    TRY_AGAIN_LATER = 1013
    BAD_GATEWAY = 1014
    TLS_HANDSHAKE = 1015
    UNAUTHORIZED = 3000
    FORBIDDEN = 3003
    TIMEOUT = 3008


# websockets 8 and 9 show these words in their exceptions, and apps have them in logs and tests.
_NAMES = {
    1000: "OK",
    1001: "going away",
    1002: "protocol error",
    1003: "unsupported type",
    1005: "no status code [internal]",
    1006: "connection closed abnormally [internal]",
    1007: "invalid data",
    1008: "policy violation",
    1009: "message too big",
    1010: "extension required",
    1011: "unexpected error",
    1012: "service restart",
    1013: "try again later",
    1014: "bad gateway",
    1015: "TLS failure [internal]",
}


def is_valid_code(code: int) -> bool:
    """Whether ``code`` may stand in a close frame, received or sent.

    1005, 1006 and 1015 are reserved for what was never on the wire (RFC 6455 section 7.4.1).
    """
    return 1000 <= code <= 1003 or 1007 <= code <= 1014 or 3000 <= code <= 4999


def close_name(code: int) -> str:
    """A name of ``code``, such as ``"going away"``."""
    name = _NAMES.get(code)
    if name is not None:
        return name
    if 3000 <= code <= 3999:
        return "registered"
    return "private use" if 4000 <= code <= 4999 else "unknown"


def parse_close(payload: bytes) -> tuple[int, str]:
    """The code and the reason in the payload of a close frame; (1005, "") if it is empty.

    Raises ProtocolError for half a code or one that may not be sent, InvalidPayload for a
    reason that is not UTF-8.
    """
    if not payload:
        return 1005, ""
    if len(payload) == 1:
        raise ProtocolError("close frame with half a code")
    code = int.from_bytes(payload[:2], "big")
    if not is_valid_code(code):
        raise ProtocolError(f"invalid close code {code}")
    try:
        return code, bytes(payload[2:]).decode()
    except UnicodeDecodeError:
        raise InvalidPayload("close reason is not UTF-8") from None


def serialize_close(code: int, reason: str = "") -> bytes:
    """The payload of a close frame; empty for 1005, which says that there is no code.

    Raises ValueError for a code that may not be sent, and for a reason that is over 123 bytes
    or cannot be encoded to UTF-8.
    """
    if code == 1005 and not reason:
        return b""
    if not is_valid_code(code):
        raise ValueError(f"close code {int(code)} may not be sent (RFC 6455 section 7.4)")
    encoded = reason.encode()
    if len(encoded) > MAX_REASON_BYTES:
        raise ValueError(f"close reason of {len(encoded)} bytes: at most {MAX_REASON_BYTES} fit")
    return code.to_bytes(2, "big") + encoded


def truncate_reason(reason: str) -> str:
    """``reason``, cut between two characters where it is over 123 bytes of UTF-8.

    What cannot be encoded (lone surrogates) becomes ``?``: the result can always be sent.
    """
    encoded = reason.encode("utf-8", "replace")
    return encoded[:MAX_REASON_BYTES].decode("utf-8", "ignore")
