"""What a peer does to a handler, scenario by scenario.

Each function drives one connection and leaves its outcome in the Peer. Names are
those of the recording; handlers are those of tests/apps/old_handlers.py.
"""

from __future__ import annotations

from typing import Any, Callable, NamedTuple

from tests.support import Server
from tests.support.client import BINARY, CLOSE, CONT, PING, PONG, TEXT, encode_frame

from .peer import Peer

APP = "old_handlers"
QUIET = {"WEBSOCKET_PING_INTERVAL": None}
KEEPALIVE = {"WEBSOCKET_PING_INTERVAL": 0.2, "WEBSOCKET_PING_TIMEOUT": 0.4}

Play = Callable[[Peer], None]


class Scenario(NamedTuple):
    name: str
    play: Play
    config: dict[str, Any]

    def outcome(self, server: Server) -> dict[str, list[str]]:
        """Play it on a started server and give what was seen."""
        peer = Peer(server)
        try:
            self.play(peer)
            return peer.outcome()
        finally:
            peer.client.disconnect()


SCENARIOS: dict[str, Scenario] = {}


def add(name: str, play: Play, config: dict[str, Any] = QUIET) -> None:
    assert name not in SCENARIOS, name
    SCENARIOS[name] = Scenario(name, play, config)


def scenario(function: Play) -> Play:
    add(function.__name__.replace("_", " "), function)
    return function


def with_keepalive(function: Play) -> Play:
    add(function.__name__.replace("_", " "), function, KEEPALIVE)
    return function


# -- how a connection ends, for every kind of waiting handler -------------

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
add("use after reset", _reset("/use-closed", "start"))
add("stubborn handler, close 1000", _ending("/stubborn", "start", ENDINGS["close 1000"]))
add("unanswered ping, close 1000", _ending("/ping-closed", "start", ENDINGS["close 1000"]))
add("sleep, opcode 3", _ending("/sleep", "at the gate", FAULTS["opcode 3"]))


for _how in ("close 1000", "half-close"):
    add("handler cleans up, " + _how, _ending("/clean-up", "at the gate", ENDINGS[_how]))


# -- how the server ends it -----------------------------------------------


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


# -- messages --------------------------------------------------------------


@scenario
def echo_text_and_binary(peer: Peer) -> None:
    peer.open("/echo")
    peer.text("one", "", "\u00e9\U0001f600")
    peer.client.send_binary(b"\x00\xff")
    peer.client.send_binary(b"")
    peer.expect(5)
    peer.close()
    peer.end()


@scenario
def echo_of_80_kB(peer: Peer) -> None:
    peer.open("/echo")
    peer.client.send_binary(b"x" * 80000)
    peer.expect()
    peer.close()
    peer.end()


@scenario
def message_of_max_size(peer: Peer) -> None:
    peer.open("/echo")
    peer.client.send_binary(b"x" * 2**20)
    peer.expect()
    peer.close()
    peer.end()


@scenario
def fragments_with_a_ping_between(peer: Peer) -> None:
    """A code point cut in two, an empty fragment, and control frames in the middle."""
    peer.open("/echo")
    peer.frame(TEXT, b"caf\xc3", fin=False)
    peer.frame(PING, b"between")
    peer.frame(CONT, b"", fin=False)
    peer.frame(PONG, b"unasked")
    peer.frame(CONT, b"\xa9")
    peer.expect(2)
    peer.close()
    peer.end()


@scenario
def frame_byte_by_byte(peer: Peer) -> None:
    peer.open("/echo")
    for byte in encode_frame(TEXT, b"slow"):
        peer.client.send_raw(bytes([byte]))
    peer.expect()
    peer.close()
    peer.end()


@scenario
def many_frames_in_one_segment(peer: Peer) -> None:
    peer.open("/echo")
    peer.client.send_raw(b"".join(encode_frame(TEXT, b"%d" % n) for n in range(20)))
    peer.expect(20)
    peer.close()
    peer.end()


@scenario
def first_frame_with_the_upgrade_request(peer: Peer) -> None:
    peer.open("/drain-at-gate", extra=encode_frame(TEXT, b"early"))
    peer.seen("at the gate")
    peer.go()
    peer.text("late")
    peer.seen("recv gave 'late'")
    peer.close()
    peer.end()


@scenario
def half_a_frame_with_the_upgrade_request(peer: Peer) -> None:
    frame = encode_frame(TEXT, b"in two parts")
    peer.open("/drain-at-gate", extra=frame[:9])
    peer.seen("at the gate")
    peer.go()
    peer.client.send_raw(frame[9:] + encode_frame(TEXT, b"whole"))
    peer.quiet(0.1)
    peer.close()
    peer.end()


@scenario
def messages_then_close_to_a_busy_handler(peer: Peer) -> None:
    """Three messages and a close frame while the handler does something else."""
    peer.open("/drain-at-gate")
    peer.seen("at the gate")
    peer.text("1", "2", "3")
    peer.close(1001, "bye")
    peer.expect()
    peer.go()
    peer.end()


@scenario
def messages_then_reset_to_a_busy_handler(peer: Peer) -> None:
    peer.open("/drain-at-gate")
    peer.seen("at the gate")
    peer.text("1", "2", "3")
    peer.frame(PING, b"sync")
    peer.expect()
    peer.client.abort()
    peer.go()
    peer.over()


@scenario
def messages_and_close_in_one_segment(peer: Peer) -> None:
    """A reading handler, with the close right behind the messages."""
    peer.open("/use-closed")
    frames = [encode_frame(TEXT, b"1"), encode_frame(TEXT, b"2"), encode_frame(8, b"\x03\xe8")]
    peer.client.send_raw(b"".join(frames))
    peer.close_sent = True
    peer.end()


# -- pings and the queue ---------------------------------------------------


@scenario
def ping_answered(peer: Peer) -> None:
    peer.open("/recv")
    peer.frame(PING, b"")
    peer.frame(PING, b"x" * 125)
    peer.expect(2)
    peer.text("done")
    peer.end()


@scenario
def ping_answered_with_20_unread(peer: Peer) -> None:
    peer.open("/drain-at-gate")
    peer.text(*map(str, range(20)))
    peer.frame(PING, b"are you there")
    peer.expect()
    peer.go()
    peer.seen("recv gave '19'")
    peer.close()
    peer.end()


@scenario
def ping_not_answered_with_40_unread(peer: Peer) -> None:
    peer.open("/drain-at-gate")
    peer.seen("at the gate")
    peer.text(*map(str, range(40)))
    peer.frame(PING, b"are you there")
    peer.quiet()
    peer.go()
    peer.expect()
    peer.seen("recv gave '39'")
    peer.close()
    peer.end()


@scenario
def handler_pings(peer: Peer) -> None:
    peer.open("/ping")
    peer.expect()
    peer.frame(PONG, b"other")
    peer.seen("pings 1")
    peer.frame(PONG, b"one")
    peer.end()


@scenario
def a_later_pong_answers_earlier_pings(peer: Peer) -> None:
    peer.open("/ping-twice")
    peer.expect(2)
    peer.frame(PONG, b"2")
    peer.end()


@with_keepalive
def keepalive_answered(peer: Peer) -> None:
    peer.open("/recv")
    peer.answer_pings(4)
    peer.text("done")
    peer.end()


@with_keepalive
def keepalive_unanswered(peer: Peer) -> None:
    peer.open("/recv")
    peer.end()


@with_keepalive
def keepalive_with_a_busy_handler(peer: Peer) -> None:
    """One unread message, and a peer that answers every ping."""
    peer.open("/busy")
    peer.seen("at the gate")
    peer.text("unread")
    peer.answer_pings(5)
    peer.go()
    peer.end()


# -- recv and tasks --------------------------------------------------------


@scenario
def wait_for_recv_times_out(peer: Peer) -> None:
    peer.open("/timeout")
    peer.seen("listening")
    peer.text("first", "second")
    peer.end()


@scenario
def recv_task_cancelled(peer: Peer) -> None:
    peer.open("/cancel-recv")
    peer.seen("listening")
    peer.text("kept")
    peer.end()


@scenario
def second_recv_refused(peer: Peer) -> None:
    peer.open("/concurrent")
    peer.seen("listening")
    peer.text("for the first")
    peer.end()


@scenario
def message_to_the_first_of_two_tasks(peer: Peer) -> None:
    peer.open("/first-completed")
    peer.seen("waiting")
    peer.text("hello")
    peer.end()


@scenario
def iteration_then_close(peer: Peer) -> None:
    peer.open("/iterate")
    peer.text("1", "2")
    peer.seen("got '2'")
    peer.close(1001)
    peer.end()


# -- handshake -------------------------------------------------------------


def _handshake(path: str = "/return", **arguments: Any) -> Play:
    def play(peer: Peer) -> None:
        peer.open(path, **arguments)
        peer.end()

    return play


HANDSHAKES: dict[str, Play] = {
    "Upgrade: WebSocket": _handshake(replace={"Upgrade": "WebSocket"}),
    "Connection: keep-alive, Upgrade": _handshake(replace={"Connection": "keep-alive, Upgrade"}),
    "no Upgrade": _handshake(replace={"Upgrade": None}),
    "no Connection": _handshake(replace={"Connection": None}),
    "no upgrade at all": _handshake(
        replace={
            "Upgrade": None,
            "Connection": None,
            "Sec-WebSocket-Key": None,
            "Sec-WebSocket-Version": None,
        }
    ),
    "Upgrade: h2c": _handshake(replace={"Upgrade": "h2c"}),
    "no key": _handshake(replace={"Sec-WebSocket-Key": None}),
    "key of 15 bytes": _handshake(replace={"Sec-WebSocket-Key": "MTIzNDU2Nzg5MDEyMzQ1"}),
    "key not base64": _handshake(replace={"Sec-WebSocket-Key": "!!!!"}),
    "two keys": _handshake(headers=[("Sec-WebSocket-Key", "AAAAAAAAAAAAAAAAAAAAAA==")]),
    "no version": _handshake(replace={"Sec-WebSocket-Version": None}),
    "version 12": _handshake(replace={"Sec-WebSocket-Version": "12"}),
    "two versions": _handshake(headers=[("Sec-WebSocket-Version", "8")]),
    "HTTP/1.0": _handshake(version="HTTP/1.0"),
    "POST": _handshake(method="POST", headers=[("Content-Length", "0")]),
    "no such route": _handshake("/nowhere"),
    "permessage-deflate offered": _handshake(
        headers=[("Sec-WebSocket-Extensions", "permessage-deflate; client_max_window_bits")]
    ),
    "subprotocol asked, none on the route": _handshake(headers=[("Sec-WebSocket-Protocol", "a")]),
    "subprotocols a, b": _handshake("/choose", headers=[("Sec-WebSocket-Protocol", "a, b")]),
    "subprotocols b,a": _handshake("/choose", headers=[("Sec-WebSocket-Protocol", "b,a")]),
    "subprotocols in two lines": _handshake(
        "/choose", headers=[("Sec-WebSocket-Protocol", "x"), ("Sec-WebSocket-Protocol", "b")]
    ),
    "no common subprotocol": _handshake("/choose", headers=[("Sec-WebSocket-Protocol", "x, y")]),
    "no subprotocol asked": _handshake("/choose"),
}

for _how, _play in HANDSHAKES.items():
    add("handshake, " + _how, _play)


@scenario
def handshake_after_http_on_the_same_connection(peer: Peer) -> None:
    response = peer.client.request("/go?key=nobody")
    peer.answer.append(str(response.status))
    peer.open("/return")
    peer.end()


# -- the server stops ------------------------------------------------------


def stopping(server: Server, path: str, before: str) -> dict[str, list[str]]:
    """SIGTERM with one open connection; for a server of the scenario's own."""
    peer = Peer(server)
    peer.open(path)
    peer.seen(before)
    server.send_signal()
    peer.end()
    code = server.wait()
    return {**peer.outcome(), "exit": [str(code)]}


STOPPING = {
    "server stops, recv": ("/recv", "waiting"),
    "server stops, sleep": ("/sleep", "at the gate"),
    "server stops, handler cleans up": ("/clean-up", "at the gate"),
    "server stops, recv in a task": ("/reader-task", "waiting"),
}
