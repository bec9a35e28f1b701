"""Where this package means to differ from Sanic 21.6.2, and why.

Each entry replaces parts of a recorded outcome. With WEBSOCKET_ON_DISCONNECT = "cancel"
only the entries of ALWAYS hold: there a handler is cancelled exactly as 21.6.2 did it.
"""

from __future__ import annotations

from typing import Dict, List, NamedTuple

Outcome = Dict[str, List[str]]


class Difference(NamedTuple):
    reason: str
    answer: list[str] | None = None
    wire: list[str] | None = None
    handler: list[str] | None = None

    def applied_to(self, outcome: Outcome) -> Outcome:
        """The outcome with the parts that differ replaced."""
        changed = {key: value for key, value in self._asdict().items() if value is not None}
        del changed["reason"]
        return {**outcome, **changed}


ALWAYS: dict[str, Difference] = {}
BY_DEFAULT: dict[str, Difference] = {}


def expected(name: str, recorded: Outcome, on_disconnect: str) -> Outcome:
    """The outcome that this package has to show."""
    if on_disconnect == "raise" and name in BY_DEFAULT:
        return BY_DEFAULT[name].applied_to(recorded)
    if name in ALWAYS:
        return ALWAYS[name].applied_to(recorded)
    return recorded


# -- by default: the peer's end is an exception, not a cancellation --------

TOLD = "What waits on the socket is told by ConnectionClosed; Sanic cancelled the handler."
LOOP_ENDS = "`async for` ends with the connection, as documented; Sanic cancelled the handler."
GOES_ON = "The handler goes on after the end of the connection; Sanic cancelled it."

OK = "ConnectionClosedOK(1000, '')"
BYE = "ConnectionClosedOK(1000, 'bye')"
LOST = "ConnectionClosedError(1006, '')"
END = "ConnectionClosedError(4999, '\u00e9nd')"

CLOSED_BY_PEER = {
    "close 1000": OK,
    "close 1000 bye": BYE,
    "close 1001": "ConnectionClosedOK(1001, 'going away')",
    "close 3000": "ConnectionClosedError(3000, '')",
    "close 4999": END,
    "close 1011": "ConnectionClosedError(1011, 'internal')",
    "close without code": "ConnectionClosedError(1005, '')",
}

# RFC 6455 section 7.1.7: after a fault nothing more is read, so no code was received.
FAULTS = (
    "half-close",
    "reset",
    "opcode 3",
    "opcode 11",
    "rsv1",
    "rsv3",
    "unmasked text",
    "bad utf-8",
    "utf-8 cut short",
    "bad utf-8 in a fragment",
    "message too big",
    "announced too big",
    "announced 2**63",
    "fragments too big",
    "fragmented ping",
    "ping of 126 bytes",
    "continuation of nothing",
    "text within a fragmented text",
    "close of 1 byte",
    "close 999",
    "close 1005",
    "close 1006",
    "close 1015",
    "close 2999",
    "close 5000",
    "close with bad utf-8",
    "frame cut short, then half-close",
)

for _how, _exception in [*CLOSED_BY_PEER.items(), *((fault, LOST) for fault in FAULTS)]:
    BY_DEFAULT["recv, " + _how] = Difference(
        TOLD, handler=["start", "waiting", "raised " + _exception]
    )

for _how, _exception in (
    ("close 1000 bye", BYE),
    ("close 4999", END),
    ("half-close", LOST),
    ("reset", LOST),
):
    _code, _reason = _exception.split("(")[1][:-1].split(", ")
    BY_DEFAULT["async for, " + _how] = Difference(TOLD, handler=["start", "raised " + _exception])
    BY_DEFAULT["wait_closed, " + _how] = Difference(
        GOES_ON,
        handler=["start", "waiting", f"code {_code} reason {_reason}", "returned"],
    )
    BY_DEFAULT["recv in a task, " + _how] = Difference(
        TOLD, handler=["start", "waiting", "task raised " + _exception, "returned"]
    )
    BY_DEFAULT["first of two tasks, " + _how] = Difference(
        TOLD,
        handler=[
            "start",
            "waiting",
            "consumer done: True",
            "consumer raised " + _exception,
            "returned",
        ],
    )
BY_DEFAULT["async for, close 1000 bye"] = Difference(
    LOOP_ENDS, handler=["start", "loop ended", "returned"]
)
BY_DEFAULT["iteration then close"] = Difference(
    LOOP_ENDS, handler=["start", "got '1'", "got '2'", "loop ended", "returned"]
)


def _told(name: str, exception: str, *before: str, after: tuple[str, ...] = ()) -> None:
    BY_DEFAULT[name] = Difference(TOLD, handler=["start", *before, exception, *after])


_told("text after the close of the peer", "raised " + OK, "waiting")
_told("keepalive unanswered", "raised " + LOST, "waiting")
_told("echo of 80 kB", "raised " + OK, "got b'" + "x" * 40 + "'")
_told("message of max size", "raised " + OK, "got b'" + "x" * 40 + "'")
_told("fragments with a ping between", "raised " + OK, "got 'caf\u00e9'")
_told("frame byte by byte", "raised " + OK, "got 'slow'")
_told("many frames in one segment", "raised " + OK, *(f"got '{n}'" for n in range(20)))
_told(
    "echo text and binary",
    "raised " + OK,
    *("got 'one'", "got ''", "got '\u00e9\U0001f600'", "got b'\\x00\\xff'", "got b''"),
)
_told(
    "stubborn handler, close 1000",
    "recv raised " + OK,
    after=("send raised " + OK, "went on", "returned"),
)
_told(
    "unanswered ping, close 1000",
    "pong raised " + OK,
    after=("recv raised " + OK, "returned"),
)
_told("handler fails the connection", "recv raised " + LOST, after=("returned",))
_told("send loop and reset", "raised " + LOST, "at the gate")
_told(
    "ping answered with 20 unread",
    "recv raised " + OK,
    "at the gate",
    *(f"recv gave '{n}'" for n in range(20)),
    after=("returned",),
)
_told(
    "ping not answered with 40 unread",
    "recv raised " + OK,
    "at the gate",
    *(f"recv gave '{n}'" for n in range(40)),
    after=("returned",),
)
_told(
    "messages then close to a busy handler",
    "recv raised ConnectionClosedOK(1001, 'bye')",
    *("at the gate", "recv gave '1'", "recv gave '2'", "recv gave '3'"),
    after=("returned",),
)
_told(
    "messages and close in one segment",
    "send raised " + OK,
    *("recv gave '1'", "recv gave '2'"),
    after=(
        "ping raised " + OK,
        "pong raised " + OK,
        "ensure_open raised " + OK,
        "close gave None",
        "wait_closed gave None",
        "open False, closed True",
        "code 1000 reason ''",
        "returned",
    ),
)

for _how, _exception in (
    ("close 1000", OK),
    ("close 4999", END),
    *((how, LOST) for how in ("half-close", "bad utf-8", "message too big", "opcode 3", "reset")),
):
    _code, _reason = _exception.split("(")[1][:-1].split(", ")
    BY_DEFAULT["use after " + _how] = Difference(
        TOLD,
        handler=[
            "start",
            *(f"{call} raised {_exception}" for call in ("recv", "recv", "send", "ping")),
            *(f"{call} raised {_exception}" for call in ("pong", "ensure_open")),
            "close gave None",
            "wait_closed gave None",
            "open False, closed True",
            f"code {_code} reason {_reason}",
            "returned",
        ],
    )

UNREAD = "Messages that came before the end can still be read."

BY_DEFAULT["messages then reset to a busy handler"] = Difference(
    UNREAD,
    handler=[
        *("start", "at the gate", "recv gave '1'", "recv gave '2'", "recv gave '3'"),
        *("recv raised " + LOST, "returned"),
    ],
)

for _name, _code, _reason in (
    ("handler closes", 1000, "''"),
    ("handler closes 4001 bye", 4001, "'bye'"),
    ("handler closes 1011", 1011, "''"),
    ("messages after the close of the server", 1000, "''"),
):
    BY_DEFAULT[_name] = Difference(
        GOES_ON,
        handler=[
            *("start", "after close: open False, closed True"),
            *(f"code {_code} reason {_reason}", "returned"),
        ],
    )

# -- always ----------------------------------------------------------------

ERROR_CODE = "A handler that raises ends the connection with 1011; Sanic sent 1000."
REQUEST = "Refused as RFC 6455 section 4.2.1 and 4.2.2 demand; Sanic accepted it."
STATUS = "A request without the upgrade gets 426 (RFC 9110 section 15.5.22); Sanic sent 400."
STOPS = "A server that stops says 1001, going away (RFC 6455 section 7.4.1); Sanic sent 1000."
AT_ONCE = "The handler is told at once; Sanic let it wait for up to ten seconds."
EARLY = "Bytes that come with the upgrade request are the first frames; Sanic lost them."
HAS_ALL = "Attributes that were only declared, or set after the close, are always there."

ALWAYS["handler raises"] = Difference(ERROR_CODE, wire=["close 1011 ''", "end"])
ALWAYS["handler closes with a code of nobody"] = ALWAYS["handler raises"]
ALWAYS["handler closes with a long reason"] = Difference(
    "The refused reason ends the connection by the handler's error; Sanic's hung for 10 s.",
    wire=["close 1011 ''", "end"],
)
ALWAYS["handshake, two keys"] = Difference(REQUEST, answer=["400"], wire=[], handler=[])
ALWAYS["handshake, two versions"] = ALWAYS["handshake, two keys"]
ALWAYS["handshake, HTTP/1.0"] = ALWAYS["handshake, two keys"]
ALWAYS["handshake, version 12"] = Difference(
    "A version that is not spoken gets 426 and the one that is (RFC 6455 section 4.4).",
    answer=["426", "sec-websocket-version: 13"],
)
for _name in ("no Upgrade", "no upgrade at all", "Upgrade: h2c"):
    ALWAYS["handshake, " + _name] = Difference(STATUS, answer=["426"])
ALWAYS["handshake, subprotocols in two lines"] = Difference(
    "Header lines of one name are one list (RFC 6455 section 11.3.4); Sanic read the first.",
    answer=["101", "sec-websocket-protocol: b"],
    handler=["start", "subprotocol 'b'", "returned"],
)
