"""The old websocket, Sanic's own, and the one of this package, name by name.

``old`` is the object of Sanic 21.6 and older (WebSocketCommonProtocol of websockets 8 and 9),
``native`` that of Sanic 21.9 to 25.12, ``shim`` LegacyWebSocket. The source of
docs/reference/old-native-shim.md.
"""

from __future__ import annotations

from enum import Enum
from typing import NamedTuple


class Kind(Enum):
    METHOD = "Methods"
    ATTRIBUTE = "Attributes"
    EXCEPTION = "Exceptions"
    SETTING = "Settings"


class Entry(NamedTuple):
    """One name. The three columns are what it does there, or "" where it does not exist."""

    kind: Kind
    name: str
    old: str
    native: str
    shim: str
    rule: str = ""


M, A, E, S = Kind.METHOD, Kind.ATTRIBUTE, Kind.EXCEPTION, Kind.SETTING
SAME = "yes"

TABLE = [
    Entry(M, "recv", "recv(); may be cancelled", "recv(timeout=None); lost if cancelled",
          "recv(timeout=None); may be cancelled", "SLW401"),
    Entry(M, "recv_burst", "", "since 21.9", SAME, "SLW309"),
    Entry(M, "recv_streaming", "", "since 21.9", SAME, "SLW309"),
    Entry(M, "send", "message, or fragments", "message only", "message, or fragments", "SLW308"),
    Entry(M, "__aiter__", SAME, "since 22.9", SAME, "SLW405"),
    Entry(M, "ping", SAME, SAME, SAME),
    Entry(M, "pong", SAME, SAME, SAME),
    Entry(M, "close", "waits for the reply", "returns at once", "waits for the reply"),
    Entry(M, "wait_closed", SAME, "", SAME, "SLW306"),
    Entry(M, "wait_for_connection_lost", "no timeout", "timeout=None", "timeout=None"),
    Entry(M, "end_connection", "", "since 21.9", SAME, "SLW309"),
    Entry(M, "fail_connection", SAME, SAME, SAME),
    Entry(M, "close_connection", SAME, "", SAME, "SLW305"),
    Entry(M, "ensure_open", SAME, "", SAME, "SLW305"),
    Entry(M, "abort_pings", SAME, SAME, SAME),
    Entry(M, "connection_made", "connection_made(transport)", "connection_made(protocol, loop)",
          "connection_made(transport)"),
    Entry(M, "connection_lost", SAME, SAME, SAME),
    Entry(M, "data_received", SAME, SAME, SAME),
    Entry(M, "eof_received", SAME, SAME, SAME),
    Entry(A, "open", SAME, "", SAME, "SLW301"),
    Entry(A, "closed", SAME, "", SAME, "SLW301"),
    Entry(A, "state", SAME, "", SAME, "SLW301"),
    Entry(A, "close_code", "once closed", "", "None while open", "SLW303"),
    Entry(A, "close_reason", "once closed", "", "None while open", "SLW303"),
    Entry(A, "remote_address", SAME, "", SAME, "SLW302"),
    Entry(A, "local_address", SAME, "", SAME, "SLW302"),
    Entry(A, "host", "None; deprecated", "", "None", "SLW302"),
    Entry(A, "port", "None; deprecated", "", "None", "SLW302"),
    Entry(A, "secure", "None; deprecated", "", "None", "SLW302"),
    Entry(A, "subprotocol", SAME, SAME, SAME),
    Entry(A, "extensions", SAME, "", SAME, "SLW304"),
    Entry(A, "messages", SAME, "", SAME, "SLW304"),
    Entry(A, "transport", SAME, "", SAME, "SLW304"),
    Entry(A, "loop", SAME, SAME, SAME),
    Entry(A, "pings", SAME, SAME, SAME),
    Entry(A, "ping_interval", SAME, SAME, SAME),
    Entry(A, "ping_timeout", SAME, SAME, SAME),
    Entry(A, "close_timeout", SAME, SAME, SAME),
    Entry(A, "max_size", SAME, "", SAME, "SLW304"),
    Entry(A, "max_queue", SAME, "None", SAME),
    Entry(A, "read_limit", SAME, "", SAME, "SLW304"),
    Entry(A, "write_limit", SAME, "", SAME, "SLW304"),
    Entry(A, "connection_lost_waiter", SAME, SAME, SAME),
    Entry(A, "transfer_data_task", SAME, "", SAME, "SLW305"),
    Entry(A, "close_connection_task", SAME, "", SAME, "SLW305"),
    Entry(A, "keepalive_ping_task", SAME, SAME, SAME),
    Entry(A, "is_client", SAME, "", SAME, "SLW305"),
    Entry(A, "side", SAME, "", SAME, "SLW305"),
    Entry(A, "path", "never set by Sanic", "", SAME, "SLW307"),
    Entry(A, "request_headers", "never set by Sanic", "", SAME, "SLW307"),
    Entry(A, "response_headers", "never set by Sanic", "", SAME, "SLW307"),
    Entry(A, "ws_proto", "", "since 22.12; `connection` before", "state and close codes"),
    Entry(A, "io_proto", "", SAME, SAME),
    Entry(A, "assembler", "", SAME, "", "SLW310"),
    Entry(E, "recv() when the peer closes", "CancelledError", "CancelledError",
          'CancelledError; with "raise" ConnectionClosedOK or ConnectionClosedError', "SLW201"),
    Entry(E, "recv() after the close", "ConnectionClosed", "CancelledError or WebsocketClosed",
          "ConnectionClosed, which is a WebsocketClosed", "SLW202"),
    Entry(E, "send() after the close", "ConnectionClosed", "WebsocketClosed",
          "ConnectionClosed, which is a WebsocketClosed", "SLW201"),
    Entry(E, "two recv() at once", "RuntimeError", "ServerError", "RuntimeError"),
    Entry(E, "the end of async for", "CancelledError", "CancelledError",
          'CancelledError; with "raise" the loop ends, or ConnectionClosedError', "SLW404"),
    Entry(E, "send() of a dict", "TypeError", "TypeError", "TypeError"),
    Entry(S, "WEBSOCKET_MAX_SIZE", SAME, SAME, SAME),
    Entry(S, "WEBSOCKET_PING_INTERVAL", SAME, SAME, SAME),
    Entry(S, "WEBSOCKET_PING_TIMEOUT", SAME, SAME, SAME),
    Entry(S, "WEBSOCKET_MAX_QUEUE", "32 messages", "", "32 messages", "SLW501"),
    Entry(S, "WEBSOCKET_READ_LIMIT", "65536 bytes", "", "65536 bytes", "SLW501"),
    Entry(S, "WEBSOCKET_WRITE_LIMIT", "65536 bytes", "", "65536 bytes", "SLW501"),
    Entry(S, "WEBSOCKET_ON_DISCONNECT", "", "", '"raise" or "cancel"'),
    Entry(S, "subprotocols, several in common", "the client's first", "the server's first",
          "the client's first", "SLW406"),
    Entry(S, "subprotocols, none offered", "accepted", "400", "accepted", "SLW406"),
]  # fmt: skip


def of(kind: Kind) -> list[Entry]:
    """The entries of one kind, in their order."""
    return [entry for entry in TABLE if entry.kind is kind]


def as_markdown() -> str:
    """The text of docs/reference/old-native-shim.md."""
    parts = [
        "# Old, native and this package\n",
        "Old is the websocket of Sanic 21.6 and older, native is Sanic's own from 21.9 to 25.12. "
        "An empty cell is an AttributeError, or a setting without effect. The last column is the "
        '[rule](rules.md) that finds uses. "raise" is a value of '
        "[WEBSOCKET_ON_DISCONNECT](settings.md#websocket_on_disconnect). Wide tables scroll "
        "sideways.\n",
    ]
    for kind in Kind:
        parts.append(f"## {kind.value}\n")
        parts.append("| | old | native | this package | rule |\n|---|---|---|---|---|")
        parts.append("\n".join(map(_row, of(kind))) + "\n")
    return "\n".join(parts)


def _row(entry: Entry) -> str:
    name = entry.name if " " in entry.name else f"`{entry.name}`"
    return f"| {name} | {entry.old} | {entry.native} | {entry.shim} | {entry.rule} |"
