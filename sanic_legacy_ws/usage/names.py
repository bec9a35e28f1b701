"""What only the old websocket has: names, each with the code and the title of its rule.

Read by the report at run time and by the rules of the checker, so that both mean the same.
"""

from __future__ import annotations

from typing import NamedTuple


class OldOnly(NamedTuple):
    """A rule about the connection: attributes and methods that Sanic's own object lacks."""

    code: str
    title: str
    names: frozenset[str] = frozenset()


OPEN_CLOSED_STATE = OldOnly(
    "SLW301", "open, closed and state", frozenset({"open", "closed", "state"})
)
ADDRESSES = OldOnly(
    "SLW302",
    "remote_address, local_address, host, port and secure",
    frozenset({"remote_address", "local_address", "host", "port", "secure"}),
)
CLOSE_CODE = OldOnly(
    "SLW303", "close_code and close_reason", frozenset({"close_code", "close_reason"})
)
OTHER_ATTRIBUTES = OldOnly(
    "SLW304",
    "other attributes of the old websocket",
    frozenset({"transport", "messages", "extensions", "latency", "id"})
    | {"max_size", "read_limit", "write_limit"},
)
# LegacyWebSocket has the first of these, and nothing of the second.
PRIVATE_BUT_KEPT = frozenset(
    {"close_connection_task", "transfer_data_task", "close_connection", "connection_open"}
    | {"connection_closed_exc", "ensure_open", "is_client", "side", "transfer_data_exc"}
    | {"_fragmented_message_waiter"}
)
PRIVATE_AND_GONE = frozenset(
    {"transfer_data", "read_message", "read_data_frame", "read_frame"}
    | {"write_frame", "write_close_frame", "reader", "writer", "legacy_recv", "_drain"}
    | {"_drain_lock", "_pop_message_waiter", "_put_message_waiter"}
)
PRIVATE = OldOnly(
    "SLW305",
    "private tasks and methods of the old websocket",
    PRIVATE_BUT_KEPT | PRIVATE_AND_GONE,
)
WAIT_CLOSED = OldOnly("SLW306", "wait_closed()", frozenset({"wait_closed"}))
NEVER_WORKED = OldOnly(
    "SLW307",
    "attributes that never worked in Sanic",
    frozenset({"path", "request_headers", "response_headers", "origin"}),
)
# How a method is called, not which: recognized by the arguments, and by what comes after.
FRAGMENTS = OldOnly("SLW308", "send() of an iterable, one fragment for each part")
CANCELLED_RECV = OldOnly("SLW401", "wait_for(ws.recv()) and other timeouts around recv()")

OLD_ONLY = (
    OPEN_CLOSED_STATE,
    ADDRESSES,
    CLOSE_CODE,
    OTHER_ATTRIBUTES,
    PRIVATE,
    WAIT_CLOSED,
    NEVER_WORKED,
    FRAGMENTS,
    CANCELLED_RECV,
)
TITLES = {group.code: group.title for group in OLD_ONLY}
CODES = {name: group.code for group in OLD_ONLY for name in sorted(group.names)}
