"""Messages, pings, the queue between peer and handler, and tasks that receive."""

from __future__ import annotations

from tests.support.client import CONT, PING, PONG, TEXT, encode_frame

from .peer import Peer
from .registry import scenario, with_keepalive

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
    peer.answer_pings(8)
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
