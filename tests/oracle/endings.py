"""How a connection ends, by the peer or by the server, for every kind of waiting handler."""

from __future__ import annotations

from tests.support.client import BINARY, CLOSE, CONT, PING, TEXT, encode_frame

from .peer import Peer
from .registry import Play, add, scenario

# -- by the peer -----------------------------------------------------------

ENDINGS: dict[str, Play] = {
    "close 1000": lambda peer: peer.close(1000),
    "close 1000 bye": lambda peer: peer.close(1000, "bye"),
    "close 1001": lambda peer: peer.close(1001, "going away"),
    "close 3000": lambda peer: peer.close(3000),
    "close 4999": lambda peer: peer.close(4999, "\u00e9nd"),
    "close 1011": lambda peer: peer.close(1011, "internal"),
    "close without code": lambda peer: peer.close(None),
    "half-close": lambda peer: peer.client.half_close(),
}

FAULTS: dict[str, Play] = {
    "opcode 3": lambda peer: peer.frame(3, b"x"),
    "opcode 11": lambda peer: peer.frame(11, b"x"),
    "rsv1": lambda peer: peer.frame(TEXT, b"x", rsv=4),
    "rsv3": lambda peer: peer.frame(TEXT, b"x", rsv=1),
    "unmasked text": lambda peer: peer.frame(TEXT, b"x", mask=None),
    "bad utf-8": lambda peer: peer.frame(TEXT, b"\xff"),
    "utf-8 cut short": lambda peer: peer.frame(TEXT, b"\xe2\x82"),
    "bad utf-8 in a fragment": lambda peer: peer.frame(TEXT, b"a\xff", fin=False),
    "message too big": lambda peer: peer.frame(TEXT, b"x" * (2**20 + 1)),
    "announced too big": lambda peer: peer.frame(BINARY, b"", length=2**20 + 1),
    "announced 2**63": lambda peer: peer.frame(BINARY, b"", length=2**63),
    "fragments too big": lambda peer: (
        peer.frame(BINARY, b"x" * 2**20, fin=False),
        peer.frame(CONT, b"x"),
    ),
    "fragmented ping": lambda peer: peer.frame(PING, b"x", fin=False),
    "ping of 126 bytes": lambda peer: peer.frame(PING, b"x" * 126),
    "continuation of nothing": lambda peer: peer.frame(CONT, b"x"),
    "text within a fragmented text": lambda peer: (
        peer.frame(TEXT, b"a", fin=False),
        peer.frame(TEXT, b"b"),
    ),
    "close of 1 byte": lambda peer: peer.close_payload(b"\x03"),
    "close 999": lambda peer: peer.close(999),
    "close 1005": lambda peer: peer.close(1005),
    "close 1006": lambda peer: peer.close(1006),
    "close 1015": lambda peer: peer.close(1015),
    "close 2999": lambda peer: peer.close(2999),
    "close 5000": lambda peer: peer.close(5000),
    "close with bad utf-8": lambda peer: peer.close(1000, b"\xff"),
    "frame cut short, then half-close": lambda peer: (
        peer.client.send_raw(encode_frame(TEXT, b"abcdef")[:-3]),
        peer.client.half_close(),
    ),
}

# The path, and what to wait for before the peer acts.
WAITING = {
    "recv": ("/recv", "waiting"),
    "async for": ("/iterate", "start"),
    "sleep": ("/sleep", "at the gate"),
    "wait_closed": ("/wait-closed", "waiting"),
    "recv in a task": ("/reader-task", "waiting"),
    "first of two tasks": ("/first-completed", "waiting"),
}


def _ending(path: str, before: str, act: Play) -> Play:
    def play(peer: Peer) -> None:
        peer.open(path)
        peer.seen(before)
        act(peer)
        peer.end()

    return play


def _reset(path: str, before: str) -> Play:
    def play(peer: Peer) -> None:
        peer.open(path)
        peer.seen(before)
        peer.abort()

    return play


for _how, _act in {**ENDINGS, **FAULTS}.items():
    add("recv, " + _how, _ending("/recv", "waiting", _act))

for _what, (_path, _before) in WAITING.items():
    add(_what + ", reset", _reset(_path, _before))
    if _what != "recv":
        for _how in ("close 1000 bye", "close 4999", "half-close"):
            add(_what + ", " + _how, _ending(_path, _before, ENDINGS[_how]))

for _how in ("close 1000", "close 4999", "half-close"):
    add("use after " + _how, _ending("/use-closed", "start", ENDINGS[_how]))
for _how in ("bad utf-8", "message too big", "opcode 3"):
    add("use after " + _how, _ending("/use-closed", "start", FAULTS[_how]))
for _how in ("close 1000", "close 1000 bye", "close 4999", "close 1011", "close without code"):
    add("words after " + _how, _ending("/words", "waiting", ENDINGS[_how]))
for _how, _act in {"half-close": ENDINGS["half-close"], "opcode 3": FAULTS["opcode 3"]}.items():
    add("words after " + _how, _ending("/words", "waiting", _act))
add("words after reset", _reset("/words", "waiting"))
add("use after reset", _reset("/use-closed", "start"))
add("stubborn handler, close 1000", _ending("/stubborn", "start", ENDINGS["close 1000"]))
add("unanswered ping, close 1000", _ending("/ping-closed", "start", ENDINGS["close 1000"]))
add("sleep, opcode 3", _ending("/sleep", "at the gate", FAULTS["opcode 3"]))


for _how in ("close 1000", "half-close"):
    add("handler cleans up, " + _how, _ending("/clean-up", "at the gate", ENDINGS[_how]))


# -- by the server ---------------------------------------------------------


def _plain(path: str) -> Play:
    def play(peer: Peer) -> None:
        peer.open(path)
        peer.end()

    return play


add("handler returns", _plain("/return"))
add("handler raises", _plain("/raise"))
add("handler closes", _plain("/close"))
add("handler closes 4001 bye", _plain("/close?code=4001&reason=bye"))
add("handler closes 1011", _plain("/close?code=1011"))
add("handler closes with a code of nobody", _plain("/close?code=1005"))
add("handler closes with a long reason", _plain("/close?reason=" + "r" * 124))
add("handler fails the connection", _plain("/fail"))
add("attributes", _plain("/attributes"))
add("kinds of messages", _plain("/send-kinds"))
add("a fragment of another type", _plain("/send-mixed"))


@scenario
def close_crosses_close(peer: Peer) -> None:
    """Our close is on its way when the server's comes."""
    peer.open("/busy")
    peer.seen("at the gate")
    peer.go()
    peer.expect()
    peer.close(4004, "crossing")
    peer.end()


@scenario
def messages_after_the_close_of_the_server(peer: Peer) -> None:
    """What the peer sent before it saw the close frame is no error."""
    peer.open("/close")
    peer.expect()
    peer.text("on its way")
    peer.close(1000)
    peer.end()


@scenario
def ping_after_the_close_of_the_server(peer: Peer) -> None:
    peer.open("/close")
    peer.expect()
    peer.frame(PING, b"on its way")
    peer.close(1000)
    peer.end()


@scenario
def use_between_the_two_close_frames(peer: Peer) -> None:
    peer.open("/closing")
    peer.expect()
    peer.seen("closing: open False, closed False")
    peer.close(4001, "first")
    peer.end()


@scenario
def close_of_the_server_not_answered(peer: Peer) -> None:
    """The peer hangs up in place of a close frame of its own."""
    peer.open("/close?code=4001")
    peer.expect()
    peer.client.disconnect()
    peer.over()


@scenario
def text_after_the_close_of_the_peer(peer: Peer) -> None:
    peer.open("/recv")
    peer.seen("waiting")
    peer.client.send_raw(encode_frame(CLOSE, b"\x03\xe8") + encode_frame(TEXT, b"too late"))
    peer.close_sent = True
    peer.end()


@scenario
def text_after_a_fault(peer: Peer) -> None:
    """The peer goes on after a frame that fails the connection."""
    peer.open("/drain-at-gate")
    peer.seen("at the gate")
    peer.text("before")
    peer.frame(3, b"x")
    peer.expect()
    peer.text("after")
    peer.go()
    peer.end()


@scenario
def send_loop_and_reset(peer: Peer) -> None:
    """A handler that only sends ends when its peer has gone."""
    peer.open("/send-loop")
    peer.seen("at the gate")
    peer.go()
    peer.expect()
    peer.abort()


@scenario
def send_loop_and_close(peer: Peer) -> None:
    peer.open("/send-loop")
    peer.seen("at the gate")
    peer.close(1001)
    peer.expect()
    peer.client.disconnect()
    peer.over()
