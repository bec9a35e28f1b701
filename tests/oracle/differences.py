"""Where this package means to differ from Sanic 21.6.2, and why.

Each entry replaces parts of a recorded outcome. ALWAYS holds whatever
WEBSOCKET_ON_DISCONNECT says; BY_DEFAULT and WITH_RAISE add to it for "cancel", where a
handler is cancelled as on 21.6.2, and for "raise". PROGRAMS has the programs at random.
"""

from __future__ import annotations

from typing import Any, Dict, List, NamedTuple

Outcome = Dict[str, List[str]]


class Difference(NamedTuple):
    reason: str
    answer: list[str] | None = None
    wire: list[str] | None = None
    handler: list[str] | None = None
    tasks: list[str] | None = None

    def applied_to(self, outcome: Outcome) -> Outcome:
        """The outcome with the parts that differ replaced."""
        changed = {key: value for key, value in self._asdict().items() if value is not None}
        del changed["reason"]
        return {**outcome, **changed}


Table = Dict[str, Difference]
ALWAYS: Table = {}
BY_DEFAULT: Table = {}
WITH_RAISE: Table = {}
BY_POLICY = {"cancel": BY_DEFAULT, "raise": WITH_RAISE}


def expected(name: str, recorded: Outcome, on_disconnect: str) -> Outcome:
    """The outcome that this package has to show."""
    outcome = recorded
    for table in (ALWAYS, BY_POLICY[on_disconnect]):
        if name in table:
            outcome = table[name].applied_to(outcome)
    return outcome


OK = "ConnectionClosedOK(1000, '')"
BYE = "ConnectionClosedOK(1000, 'bye')"
LOST = "ConnectionClosedError(1006, '')"
CLOSED_4001 = "ConnectionClosedError(4001, '')"
END = "ConnectionClosedError(4999, '\u00e9nd')"
EXES = "got b'" + "x" * 40 + "'"

# -- always: the wire --------------------------------------------------------

WHY = "The close frame says what was wrong; Sanic's gave no reason."

FAULTS = {
    "opcode 3": "close 1002 'unknown opcode 3'",
    "opcode 11": "close 1002 'unknown opcode 11'",
    "rsv1": "close 1002 'reserved bits are set'",
    "rsv3": "close 1002 'reserved bits are set'",
    "unmasked text": "close 1002 'frame is not masked'",
    "bad utf-8": "close 1007 'text is not UTF-8 at byte 0'",
    "utf-8 cut short": "close 1007 'text is not UTF-8 at byte 0'",
    "bad utf-8 in a fragment": "close 1007 'text is not UTF-8 at byte 1'",
    "message too big": "close 1009 'message is over the limit of 1048576 bytes'",
    "announced too big": "close 1009 'message is over the limit of 1048576 bytes'",
    # RFC 6455 section 5.2: the highest bit must be 0, so this is no length at all.
    "announced 2**63": "close 1002 'frame length has its highest bit set'",
    "fragments too big": "close 1009 'message is over the limit of 1048576 bytes'",
    "fragmented ping": "close 1002 'control frame is fragmented'",
    "ping of 126 bytes": "close 1002 'control frame is too long'",
    "continuation of nothing": "close 1002 'fragments are out of order'",
    "text within a fragmented text": "close 1002 'fragments are out of order'",
    "close of 1 byte": "close 1002 'close frame with half a code'",
    "close 999": "close 1002 'invalid close code 999'",
    "close 1005": "close 1002 'invalid close code 1005'",
    "close 1006": "close 1002 'invalid close code 1006'",
    "close 1015": "close 1002 'invalid close code 1015'",
    "close 2999": "close 1002 'invalid close code 2999'",
    "close 5000": "close 1002 'invalid close code 5000'",
    "close with bad utf-8": "close 1007 'close reason is not UTF-8'",
}

for _how, _frame in FAULTS.items():
    ALWAYS["recv, " + _how] = Difference(WHY, wire=[_frame, "end"])
for _how in ("bad utf-8", "opcode 3", "message too big"):
    ALWAYS["use after " + _how] = Difference(WHY, wire=[FAULTS[_how], "end"])
for _name in ("sleep, opcode 3", "text after a fault"):
    ALWAYS[_name] = Difference(WHY, wire=[FAULTS["opcode 3"], "end"])
ALWAYS["keepalive unanswered"] = Difference(
    WHY, wire=["ping (keepalive)", "close 1011 'keepalive ping timeout'", "end"]
)

ALWAYS["words after opcode 3"] = Difference(
    "ConnectionClosed also says what was wrong; in Sanic, only its cause did.",
    wire=[FAULTS["opcode 3"], "end"],
    handler=[
        "start",
        "second says: cannot call recv while another coroutine is already waiting for the next"
        " message",
        "waiting",
        "send says: code = 1006 (connection closed abnormally [internal]), sent 1002 (protocol"
        " error), reason = unknown opcode 3, from a cause",
        "returned",
    ],
)

ERROR_CODE = "A handler that raises ends the connection with 1011; Sanic sent 1000."

for _name in ("handler raises", "handler closes with a code of nobody"):
    ALWAYS[_name] = Difference(ERROR_CODE, wire=["close 1011 ''", "end"])
ALWAYS["handler closes with a long reason"] = Difference(
    "A reason that is too long is an error of the handler; Sanic sent nothing for 10 s.",
    wire=["close 1011 ''", "end"],
)

EARLY = "Bytes that come with the upgrade request are the first frames; Sanic lost them."

ALWAYS["first frame with the upgrade request"] = Difference(
    EARLY,
    handler=[
        *("start", "at the gate", "recv gave 'early'", "recv gave 'late'"),
        *("recv raised CancelledError", "returned"),
    ],
)
ALWAYS["half a frame with the upgrade request"] = Difference(
    EARLY,
    wire=["quiet", "close 1000 ''", "end"],
    handler=[
        *("start", "at the gate", "recv gave 'in two parts'", "recv gave 'whole'"),
        *("recv raised CancelledError", "returned"),
    ],
)

STOPS = "A server that stops closes with 1001 (RFC 6455 section 7.4.1); Sanic sent 1000."

for _name in ("recv", "sleep", "handler cleans up"):
    ALWAYS["server stops, " + _name] = Difference(STOPS, wire=["close 1001 ''", "end"])
ALWAYS["server stops, recv in a task"] = Difference(
    STOPS,
    wire=["close 1001 ''", "end"],
    tasks=["task raised ConnectionClosedOK(1001, '')"],
)
ALWAYS["ping after the close of the server"] = Difference(
    "A ping between the close frames is ignored; Sanic's reader stopped at it for 10 s.",
    wire=["close 1000 ''", "end"],
    handler=[
        *("start", "after close: open False, closed True"),
        *("code 1000 reason ''", "returned"),
    ],
)
ALWAYS["attributes"] = Difference(
    "Attributes exist from the start; some were only declared, or set after the close.",
    handler=[
        *("start", "missing: ", "open = True", "closed = False", "subprotocol = None"),
        *("extensions = []", "max_size = 1048576", "max_queue = 32", "read_limit = 65536"),
        *("write_limit = 65536", "ping_interval = None", "close_timeout = 10"),
        *("is_client = False", "state = OPEN", "own attribute: 1", "host: 127.0.0.1"),
        "returned",
    ],
)

CLOSES = "close() returns, and the code after it runs; on Sanic it raised CancelledError."

for _name, _end in (
    ("handler closes", "code 1000 reason ''"),
    ("handler closes 4001 bye", "code 4001 reason 'bye'"),
    ("handler closes 1011", "code 1011 reason ''"),
    ("messages after the close of the server", "code 1000 reason ''"),
):
    ALWAYS[_name] = Difference(
        CLOSES, handler=["start", "after close: open False, closed True", _end, "returned"]
    )

# -- always: the handshake ---------------------------------------------------

REQUEST = "Two keys or two versions are refused (RFC 6455 section 4.2.1); Sanic accepted them."
STATUS = "A request without an upgrade gets 426 (RFC 9110 section 15.5.22); Sanic sent 400."

for _name in ("two keys", "two versions"):
    ALWAYS["handshake, " + _name] = Difference(REQUEST, answer=["400"], wire=[], handler=[])
for _name in ("no Upgrade", "no Connection", "no upgrade at all", "Upgrade: h2c"):
    ALWAYS["handshake, " + _name] = Difference(STATUS, answer=["426"])
ALWAYS["handshake, version 12"] = Difference(
    "An unknown version gets 426 with the supported one (RFC 6455 section 4.4).",
    answer=["426", "sec-websocket-version: 13"],
)
ALWAYS["handshake, subprotocols in two lines"] = Difference(
    "Header lines of one name are one list (RFC 6455 section 11.3.4); Sanic read the first.",
    answer=["101", "sec-websocket-protocol: b"],
    handler=["start", "subprotocol 'b'", "returned"],
)

# -- by default --------------------------------------------------------------

AT_ONCE = "The connection ends at once, and with it the handler; Sanic waited for up to 10 s."


def _used_after(exception: str, first: str) -> list[str]:
    later = ("recv", "send", "ping", "pong", "ensure_open")
    return [
        first,
        *(f"{call} raised {exception}" for call in later),
        *("close gave None", "wait_closed gave None", "open False, closed True"),
        *(_code_and_reason(exception), "returned"),
    ]


def _code_and_reason(exception: str) -> str:
    code, reason = exception.split("(")[1][:-1].split(", ")
    return f"code {code} reason {reason}"


BY_DEFAULT["recv, message too big"] = Difference(
    AT_ONCE, handler=["start", "waiting", "raised CancelledError"]
)
BY_DEFAULT["use after message too big"] = Difference(
    AT_ONCE, handler=["start", *_used_after(LOST, "recv raised CancelledError")]
)
BY_DEFAULT["messages then close to a busy handler"] = Difference(
    "TCP is closed right after the close frames (RFC 6455 section 7.1.1), and a handler that"
    " has read nothing is cancelled then; Sanic waited for the peer to close it.",
    handler=["start", "at the gate", "raised CancelledError"],
)

# -- with "raise": the peer's end is an exception, not a cancellation ----------

TOLD = "A call that waits raises ConnectionClosed; Sanic cancelled the handler."
LOOP_ENDS = "`async for` ends with the connection, as documented; Sanic cancelled the handler."
GOES_ON = "The handler goes on after the end of the connection; Sanic cancelled it."
UNREAD = "Messages that came before the end can still be read; Sanic cancelled the handler."


def _told(name: str, *events: str, reason: str = TOLD, tasks: list[str] | None = None) -> None:
    WITH_RAISE[name] = Difference(reason, handler=["start", *events], tasks=tasks)


CLOSED_BY_PEER = {
    "close 1000": OK,
    "close 1000 bye": BYE,
    "close 1001": "ConnectionClosedOK(1001, 'going away')",
    "close 3000": "ConnectionClosedError(3000, '')",
    "close 4999": END,
    "close 1011": "ConnectionClosedError(1011, 'internal')",
    "close without code": "ConnectionClosedError(1005, '')",
    "half-close": LOST,
    "reset": LOST,
    "frame cut short, then half-close": LOST,
}

for _how, _exception in CLOSED_BY_PEER.items():
    _told("recv, " + _how, "waiting", "raised " + _exception)

# RFC 6455 section 7.1.7: after a fault nothing more is read, so no code was received.
for _how in FAULTS:
    _told("recv, " + _how, "waiting", "raised " + LOST)

for _how in ("close 1000 bye", "close 4999", "half-close", "reset"):
    _exception = CLOSED_BY_PEER[_how]
    _told("async for, " + _how, "raised " + _exception)
    _told(
        "wait_closed, " + _how,
        *("waiting", _code_and_reason(_exception), "returned"),
        reason=GOES_ON,
    )
    _told("recv in a task, " + _how, "waiting", "returned")
    _told(
        "first of two tasks, " + _how,
        *("waiting", "consumer done: True", "consumer raised " + _exception, "returned"),
    )
_told("async for, close 1000 bye", "loop ended", "returned", reason=LOOP_ENDS)
_told("iteration then close", "got '1'", "got '2'", "loop ended", "returned", reason=LOOP_ENDS)

_told("text after the close of the peer", "waiting", "raised " + OK)
_told(
    "text after a fault",
    *("at the gate", "recv gave 'before'", "recv raised " + LOST, "returned"),
)
_told("keepalive unanswered", "waiting", "raised " + LOST)
_told("echo of 80 kB", EXES, "raised " + OK)
_told("message of max size", EXES, "raised " + OK)
_told("fragments with a ping between", "got 'caf\u00e9'", "raised " + OK)
_told("frame byte by byte", "got 'slow'", "raised " + OK)
_told("many frames in one segment", *(f"got '{n}'" for n in range(20)), "raised " + OK)
_told(
    "echo text and binary",
    *("got 'one'", "got ''", "got '\u00e9\U0001f600'", "got b'\\x00\\xff'", "got b''"),
    "raised " + OK,
)
_told(
    "stubborn handler, close 1000",
    *("recv raised " + OK, "send raised " + OK, "went on", "returned"),
)
_told("unanswered ping, close 1000", "recv raised " + OK, "returned")
_told("handler fails the connection", "recv raised " + LOST, "returned")
_told(
    "use between the two close frames",
    *("closing: open False, closed False", "returned"),
    reason=GOES_ON,
)
for _name, _count in (("ping answered with 20", 20), ("ping not answered with 40", 40)):
    _told(
        _name + " unread",
        "at the gate",
        *(f"recv gave '{n}'" for n in range(_count)),
        *("recv raised " + OK, "returned"),
    )
_told(
    "first frame with the upgrade request",
    *("at the gate", "recv gave 'early'", "recv gave 'late'", "recv raised " + OK, "returned"),
)
_told(
    "half a frame with the upgrade request",
    *("at the gate", "recv gave 'in two parts'", "recv gave 'whole'"),
    *("recv raised " + OK, "returned"),
)
_told(
    "messages then close to a busy handler",
    *("at the gate", "recv gave '1'", "recv gave '2'", "recv gave '3'"),
    *("recv raised ConnectionClosedOK(1001, 'bye')", "returned"),
)
_told(
    "messages then reset to a busy handler",
    *("at the gate", "recv gave '1'", "recv gave '2'", "recv gave '3'"),
    *("recv raised " + LOST, "returned"),
    reason=UNREAD,
)
_told(
    "messages and close in one segment",
    *("recv gave '1'", "recv gave '2'", "send raised " + OK, "ping raised " + OK),
    *("pong raised " + OK, "ensure_open raised " + OK, "close gave None"),
    *("wait_closed gave None", "open False, closed True", _code_and_reason(OK), "returned"),
)


for _how in ("close 1000", "close 4999", "half-close", "reset"):
    _exception = CLOSED_BY_PEER[_how]
    _told("use after " + _how, *_used_after(_exception, "recv raised " + _exception))
for _how in ("bad utf-8", "message too big", "opcode 3"):
    _told("use after " + _how, *_used_after(LOST, "recv raised " + LOST))

# How real handlers end: what 21.6 did and "raise" does not.

GOODBYES = {"goodbye": BYE, "reset": LOST}

for _how, _exception in GOODBYES.items():
    _told(f"shape: forgets the client, {_how}", "waiting", "raised " + _exception)
    _told(f"shape: reads with a timeout, {_how}", "waiting", "raised " + _exception)
    _told(
        f"shape: first of two, {_how}",
        *("waiting", "one is done", f"ends: {_exception}, CancelledError"),
        *("cleaned up", "returned"),
    )
    _told(f"shape: swallows in a loop, {_how}", "waiting", "went round and round", "returned")
    _told(
        f"shape: ticker swallows, {_how}",
        *("waiting", "raised " + _exception),
        tasks=["ticker gave None"],
    )
    _told(
        f"shape: acts once, {_how}",
        *("waiting", "sorry for " + _exception, "cleaned up", "raised " + _exception),
    )
    _told(f"shape: task group, {_how}", "waiting", "cleaned up", "raised ExceptionGroup")
    _told(
        f"shape: cancels its reader, {_how}",
        *("waiting", "reader is over", "raised CancelledError"),
        tasks=["reader failed: " + _exception],
    )
_told("shape: iterates, goodbye", "waiting", "loop ended", "returned", reason=LOOP_ENDS)
_told("shape: iterates, reset", "waiting", "raised " + LOST)

# -- programs at random, by default ------------------------------------------

PROGRAMS: dict[int, tuple[str, dict[str, list[str]]]] = {}
"""Seeds of programs that end otherwise: the reason, and what is seen in the tasks that differ."""

for _seed, _events in {
    60: ["closed", "raised " + CLOSED_4001],
    66: ["closed", "returned"],
    109: ["closed", "finally", "raised " + CLOSED_4001],
    125: ["got 't1'", "closed", "raised " + OK],
    160: ["sent s1", "iterated 't1'", "closed", "no more messages", "returned"],
    238: ["got 't1'", "sent s1", "closed", "returned"],
    241: ["got 't1'", "sent s1", "closed", "returned"],
    300: ["got 't1'", "sent s1", "closed", "returned"],
    329: ["got 't1'", "closed", "no more messages", "returned"],
    386: [
        *("got 'in parts'", "got 't1'", "iterated 't2'", "closed"),
        *("caught " + OK, "closed", "raised " + OK),
    ],
    411: ["got 't1'", "closed", "returned"],
    428: ["sent s1", "closed", "no more messages", "returned"],
    432: ["iterated 'in parts'", "closed", "finally", "raised " + OK],
}.items():
    PROGRAMS[_seed] = (CLOSES, {"handler": _events})
PROGRAMS[431] = (
    ERROR_CODE,
    {"handler.1.1": ["sent s1", "raised ConnectionClosedError(1011, '')"]},
)


def expected_of_program(seed: int, record: dict[str, Any]) -> dict[str, Any]:
    """The outcome that this package has to show of a program."""
    wire, seen = record["wire"], record["seen"]
    if _raises(seen["handler"][-1:]):  # ERROR_CODE
        wire = [frame.replace("close 1000 ''", "close 1011 ''") for frame in wire]
    if seed in PROGRAMS:
        seen = {**seen, **PROGRAMS[seed][1]}
    return {"wire": wire, "seen": seen}


def _raises(last: list[str]) -> bool:
    how = "".join(last)
    return how.startswith("raised") and "Cancelled" not in how and "Closed" not in how
