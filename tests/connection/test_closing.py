"""The closing handshake, and how a connection ends."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from sanic_legacy_ws import ConnectionClosedError, ConnectionClosedOK
from sanic_legacy_ws.connection import LegacyWebSocket, State
from sanic_legacy_ws.exceptions import Close, InvalidState, ProtocolError
from tests.support.client import CLOSE, PONG, TEXT, Frame, close_payload, encode_frame

from .rig import Peer, connected, turns, until


def close_frame(code: int | None = None, reason: str = "") -> Frame:
    return Frame(CLOSE, close_payload(code, reason))


async def test_close_sends_code_and_reason_and_waits_for_the_peers_frame() -> None:
    """We close first; the server ends TCP once it has the peer's close frame."""
    async with connected() as (ws, peer):
        closing = asyncio.ensure_future(ws.close(4001, "bye"))
        frame = await peer.read()
        assert (frame.opcode, frame.payload) == (CLOSE, close_payload(4001, "bye"))
        assert ws.state is State.CLOSING
        assert not closing.done()
        await peer.close(4002, "you too")
        assert await peer.read_all() == []
        await closing
        assert (ws.close_code, ws.close_reason) == (4002, "you too")
        assert (ws.close_sent, ws.close_rcvd) == (Close(4001, "bye"), Close(4002, "you too"))
        assert ws.close_rcvd_then_sent is False


async def test_the_peers_close_is_echoed() -> None:
    """The peer closes first: its code and reason come back, then TCP ends."""
    async with connected() as (ws, peer):
        await peer.close(4001, "bye")
        assert await peer.read_all() == [close_frame(4001, "bye")]
        await ws.wait_closed()
        assert ws.close_rcvd == ws.close_sent == Close(4001, "bye")
        assert ws.close_rcvd_then_sent is True


@pytest.mark.parametrize(
    ("code", "kind"),
    [
        (1000, ConnectionClosedOK),
        (1001, ConnectionClosedOK),
        (None, ConnectionClosedError),
        (1002, ConnectionClosedError),
        (1011, ConnectionClosedError),
        (3000, ConnectionClosedError),
        (4999, ConnectionClosedError),
    ],
)
@pytest.mark.parametrize("ours_first", [False, True])
async def test_exceptions_go_by_the_peers_code(
    code: int | None, kind: Any, ours_first: bool
) -> None:
    """1000 and 1001 from the peer are OK, all else an error; 1005 stands for no code."""
    async with connected() as (ws, peer):
        if ours_first:
            ws.end_connection(4000)
            assert await peer.read() == close_frame(4000)
        await peer.close(code)
        with pytest.raises(kind) as raised:
            await ws.recv()
        assert raised.value.code == ws.close_code == (code or 1005)
        with pytest.raises(kind):
            await ws.send("x")
        with pytest.raises(kind):
            await ws.ensure_open()


async def test_simultaneous_close() -> None:
    """Both close frames cross: each side sends one, and sees the other's code."""
    async with connected() as (ws, peer):
        peer.sock.send(encode_frame(CLOSE, close_payload(1001, "leaving")))
        ws.end_connection(4000, "done")
        assert await peer.read_all() == [close_frame(4000, "done")]
        await ws.wait_closed()
        assert (ws.close_code, ws.close_reason) == (1001, "leaving")
        assert ws.close_rcvd_then_sent is False


async def test_a_peer_that_never_answers() -> None:
    """After close_timeout the connection is dropped, with 1006."""
    async with connected(close_timeout=0.05) as (ws, _peer):
        await ws.close(1000)
        assert ws.close_code == 1006
        assert ws.connection_closed_exc().sent == Close(1000, "")
        with pytest.raises(ConnectionClosedError):
            await ws.recv()


async def test_a_peer_that_never_reads_does_not_delay_the_end() -> None:
    """What it does not read is dropped after close_timeout."""
    async with connected(close_timeout=0.05, buffers=4096) as (ws, _peer):
        await ws.send(bytes(1 << 20))
        await ws.close()
        assert ws.close_code == 1006


async def test_messages_before_the_peers_close_are_delivered() -> None:
    """Also those that arrive after our own close frame."""
    async with connected() as (ws, peer):
        await peer.text("one")
        await until(lambda: ws.messages)
        ws.end_connection()
        await peer.text("two")
        await peer.close(1000)
        await ws.wait_closed()
        assert [await ws.recv(), await ws.recv()] == ["one", "two"]
        with pytest.raises(ConnectionClosedOK):
            await ws.recv()


@pytest.mark.parametrize("together", [True, False])
async def test_data_after_the_close_frame_is_ignored(together: bool) -> None:
    """RFC 6455 section 1.4: in the same segment, and in a later one."""
    late = encode_frame(TEXT, b"late") + b"\xff garbage"
    async with connected() as (ws, peer):
        close = encode_frame(CLOSE, close_payload(1000))
        if together:
            await peer.send(close + late)
        else:
            ws.data_received(close)
            ws.data_received(late)
        assert await peer.read() == close_frame(1000)
        await ws.wait_closed()
        assert not ws.messages
        assert ws.close_code == 1000


async def test_data_after_a_failure_is_ignored() -> None:
    """After 1002 nothing is decoded, and a second fault changes nothing."""
    async with connected() as (ws, peer):
        await peer.send(b"\xff\xff\xff\xff\xff\xff")
        frame = await peer.read()
        assert frame.close_code == 1002
        await peer.text("late")
        await peer.send(b"\xff\xff\xff\xff\xff\xff")
        await asyncio.sleep(0.01)
        assert ws.state is State.CLOSING
        assert not ws.messages
        peer.end()
        await ws.wait_closed()
        assert ws.close_code == 1006
        assert ws.close_sent.code == 1002


async def test_a_failure_reaches_a_peer_that_goes_on_sending() -> None:
    """The close frame is not destroyed by a reset for bytes that we did not read."""
    async with connected(max_size=10) as (ws, peer):
        await peer.send(encode_frame(TEXT, bytes(100_000)))
        await peer.send(*[bytes(65536)] * 20)
        assert await peer.read_all() == [close_frame(1009, "message is over the limit of 10 bytes")]
        assert ws.state is State.CLOSING
        await peer.send(*[bytes(65536)] * 20)
        peer.end()
        await ws.wait_closed()


async def test_a_failed_peer_that_does_not_hang_up() -> None:
    """It is dropped after close_timeout."""
    async with connected(close_timeout=0.05) as (ws, peer):
        ws.fail_connection(1011, "oops")
        assert await peer.read_all() == [close_frame(1011, "oops")]
        await ws.wait_closed()


async def test_eof_without_a_close_frame() -> None:
    """The peer half-closes: 1006, after what it sent before."""
    async with connected() as (ws, peer):
        await peer.text("last")
        peer.end()
        await ws.wait_closed()
        assert (ws.close_code, ws.close_reason) == (1006, "")
        assert await ws.recv() == "last"
        with pytest.raises(ConnectionClosedError):
            await ws.recv()
        assert await peer.read_all() == []


async def test_reset() -> None:
    """RST is 1006, whoever waits."""
    async with connected() as (ws, peer):
        receiving = asyncio.ensure_future(ws.recv())
        await turns()
        peer.reset()
        with pytest.raises(ConnectionClosedError) as raised:
            await receiving
        assert raised.value.code == 1006
        assert ws.closed


async def test_half_a_frame_then_eof() -> None:
    """What is cut off is no message."""
    async with connected() as (ws, peer):
        await peer.send(encode_frame(TEXT, b"hello")[:-1])
        peer.end()
        await ws.wait_closed()
        assert ws.close_code == 1006
        assert not ws.messages


@pytest.mark.parametrize(
    ("frame", "code", "cause"),
    [
        (encode_frame(TEXT, b"abc\xff"), 1007, "text is not UTF-8 at byte 3"),
        (encode_frame(TEXT, b"x" * 11), 1009, "message is over the limit of 10 bytes"),
        (encode_frame(3), 1002, "unknown opcode 3"),
        (encode_frame(CLOSE, b"\x03"), 1002, "close frame with half a code"),
    ],
)
async def test_a_fault_is_the_cause(frame: bytes, code: int, cause: str) -> None:
    """Of the exception, and of `parser_exc` on Sanic's own object; our code is the telling one."""
    async with connected(max_size=10) as (ws, peer):
        assert ws.ws_proto.parser_exc is None
        await peer.send(frame)
        peer.end()
        with pytest.raises(ConnectionClosedError) as raised:
            await ws.recv()
        assert str(raised.value.__cause__) == cause
        assert ws.ws_proto.parser_exc is raised.value.__cause__
        assert str(raised.value).endswith(f", reason = {cause}")
        assert (raised.value.code, ws.close_code, ws.stats.close_code) == (1006, 1006, code)
        assert raised.value.__cause__.__traceback__ is None  # it would keep the connection


async def test_the_end_of_the_stream_is_a_cause() -> None:
    """A half-close without a close frame, or a reset; behind a close frame they are none."""
    for end in (Peer.end, Peer.reset):
        async with connected() as (ws, peer):
            end(peer)
            with pytest.raises(ConnectionClosedError) as raised:
                await ws.recv()
            expected = EOFError if end is Peer.end else ConnectionResetError
            assert isinstance(raised.value.__cause__, expected)
            assert ws.stats.close_code == 1006
        async with connected() as (ws, peer):
            await peer.close(1000)
            end(peer)
            with pytest.raises(ConnectionClosedOK) as closed:
                await ws.recv()
            assert closed.value.__cause__ is None
            assert ws.stats.close_code == 1000


@pytest.mark.parametrize(
    ("payload", "code"),
    [(b"\x03", 1002), (b"\x03\xed", 1002), (b"\x00\x00", 1002), (b"\x03\xe8\xff", 1007)],
)
async def test_an_invalid_close_frame_fails_the_connection(payload: bytes, code: int) -> None:
    """Half a code, one that may not be sent, a reason that is not UTF-8."""
    async with connected() as (ws, peer):
        await peer.send(encode_frame(CLOSE, payload))
        frame = await peer.read()
        assert frame.close_code == code
        peer.end()
        await ws.wait_closed()
        assert ws.close_code == 1006


@pytest.mark.parametrize(
    ("code", "reason"), [(1004, ""), (999, ""), (5000, ""), (1000, "x" * 124), (1005, "x")]
)
async def test_what_may_not_be_sent_is_refused(code: int, reason: str) -> None:
    """The caller gets ProtocolError, and the connection stays open."""
    async with connected() as (ws, peer):
        with pytest.raises(ProtocolError):
            await ws.close(code, reason)
        with pytest.raises(ProtocolError):
            ws.end_connection(code, reason)
        assert ws.open
        assert peer.silence()


@pytest.mark.parametrize("way", ["close", "end_connection"])
async def test_close_1006_hangs_up(way: str) -> None:
    """As on Sanic's own object: TCP is closed without a close frame."""
    async with connected() as (ws, peer):
        closing = getattr(ws, way)(1006)
        if closing is not None:
            await closing
            assert ws.state is State.CLOSED
        assert await peer.read_all() == []
        await ws.wait_closed()
        assert (ws.close_code, ws.close_sent) == (1006, None)


async def test_close_without_a_code() -> None:
    """1005 stands for a frame without a code: it cannot be asked for (RFC 6455 section 7.4.1)."""
    async with connected() as (ws, _):
        with pytest.raises(ProtocolError):
            await ws.close(1005)
        assert ws.open


async def test_close_twice_and_concurrently() -> None:
    """One close frame leaves, the first one; all callers return."""
    async with connected() as (ws, peer):
        closing = [asyncio.ensure_future(ws.close(4000 + i)) for i in range(3)]
        await turns()
        closing[1].cancel()
        assert await peer.answer_close() == close_frame(4000)
        results = await asyncio.gather(*closing, return_exceptions=True)
        assert [type(result) for result in results] == [
            type(None),
            asyncio.CancelledError,
            type(None),
        ]
        await ws.close(4005)
        assert ws.close_sent.code == 4000
        assert await peer.read_all() == []


async def test_a_cancelled_close_goes_on() -> None:
    """Who waits may give up; the closing handshake does not."""
    async with connected() as (ws, peer):
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(ws.close(4000), 0.01)
        assert await peer.answer_close() == close_frame(4000)
        await ws.wait_closed()
        assert ws.close_code == 4000


async def test_close_before_the_opening_handshake() -> None:
    """TCP is closed, without a close frame."""
    async with connected(opened=False) as (ws, peer):
        assert ws.state is State.CONNECTING
        await ws.close()
        assert await peer.read_all() == []
        assert ws.close_code == 1006


async def test_close_without_a_transport() -> None:
    """There is nothing to close."""
    ws = LegacyWebSocket()
    with pytest.raises(InvalidState):
        await ws.close()
    with pytest.raises(InvalidState):
        ws.end_connection()
    ws.fail_connection(1011)
    assert ws.state is State.CONNECTING


async def test_before_the_opening_handshake_nothing_is_closed() -> None:
    """No code, no reason, and what needs an open connection says InvalidState."""
    async with connected(opened=False) as (ws, _peer):
        assert (ws.open, ws.closed, ws.close_code, ws.close_reason) == (False, False, None, None)
        for call in (ws.recv, ws.ping, ws.pong, ws.ensure_open, ws.recv_burst):
            with pytest.raises(InvalidState):
                await call()
        with pytest.raises(InvalidState):
            await ws.send("x")
        with pytest.raises(InvalidState):
            await ws.recv(0.01)


async def test_fail_connection_without_a_frame() -> None:
    """1006 is never sent: TCP is closed."""
    async with connected() as (ws, peer):
        ws.fail_connection()
        assert ws.state is State.CLOSING
        assert await peer.read_all() == []
        await ws.wait_closed()
        ws.fail_connection(1011)
        assert (ws.close_code, ws.close_sent) == (1006, None)


async def test_fail_connection_before_the_opening_handshake() -> None:
    """TCP is closed."""
    async with connected(opened=False) as (ws, peer):
        ws.fail_connection(1011)
        assert await peer.read_all() == []
        await ws.wait_closed()


async def test_fail_connection_while_closing() -> None:
    """One close frame is sent; a failure then ends TCP."""
    async with connected() as (ws, peer):
        ws.end_connection(4000)
        ws.fail_connection(1011)
        assert await peer.read_all() == [close_frame(4000)]
        await ws.wait_closed()


async def test_a_failure_when_the_peer_has_just_gone() -> None:
    """Nothing comes out of it, though the close frame meets a socket that is closed."""
    async with connected() as (ws, peer):
        peer.sock.close()
        ws.fail_connection(1011)
        await ws.wait_closed()


async def test_a_fault_found_in_a_later_turn_when_the_peer_has_just_gone() -> None:
    """Nothing is logged of it: `run` looks."""
    async with connected() as (ws, peer):
        peer.sock.send(encode_frame(PONG) * 700 + encode_frame(3))
        peer.sock.close()
        await ws.wait_closed()


async def test_a_failure_behind_what_the_peer_has_not_read() -> None:
    """The stream ends behind the close frame, when all is sent."""
    async with connected(buffers=4096) as (ws, peer):
        await ws.send(bytes(1 << 20))
        ws.fail_connection(4000, "slow")
        assert len((await peer.read()).payload) == 1 << 20
        assert await peer.read_all() == [close_frame(4000, "slow")]
        assert ws.state is State.CLOSING


async def test_a_second_failure_does_not_cut_the_first_short() -> None:
    """The peer is still given time to read the first one's frame."""
    async with connected() as (ws, peer):
        ws.fail_connection(4000)
        ws.fail_connection(4001)
        assert not ws.transport.is_closing()
        assert await peer.read_all() == [close_frame(4000)]


async def test_the_reason_of_a_failure_is_cut() -> None:
    """It is no fault of the caller if a reason does not fit."""
    async with connected() as (ws, peer):
        ws.fail_connection(1011, "ä" * 100)
        frame = await peer.read()
        assert frame.payload == close_payload(1011, "ä" * 61)
        assert ws.close_sent == Close(1011, "ä" * 61)


async def test_fail_connection_with_a_code_that_may_not_be_sent() -> None:
    """The caller gets ProtocolError, and the connection stays whole."""
    async with connected() as (ws, peer):
        with pytest.raises(ProtocolError):
            ws.fail_connection(999)
        assert ws.open
        assert ws.close_sent is None
        await peer.text("still here")
        assert await ws.recv() == "still here"


async def test_close_connection_says_going_away() -> None:
    """What Sanic up to 21.6 calls when the server stops."""
    async with connected() as (ws, peer):
        closing = asyncio.ensure_future(ws.close_connection())
        assert await peer.answer_close() == close_frame(1001)
        await closing


async def test_wait_closed_for_many_and_for_none() -> None:
    """All who wait are woken; a cancelled one is not; on a closed connection it returns."""
    async with connected() as (ws, peer):
        waiting = [asyncio.ensure_future(ws.wait_closed()) for _ in range(3)]
        await turns()
        assert ws.waited_on
        waiting[0].cancel()
        await turns()
        peer.reset()
        results = await asyncio.gather(*waiting, return_exceptions=True)
        assert [type(result) for result in results[1:]] == [type(None)] * 2
        assert not ws.waited_on
        await ws.wait_closed()


async def test_a_wait_cancelled_in_the_turn_of_the_end() -> None:
    """It stays cancelled."""
    async with connected() as (ws, _peer):
        waiting = asyncio.ensure_future(ws.wait_closed())
        await turns()
        waiting.cancel()
        ws.connection_lost(None)
        with pytest.raises(asyncio.CancelledError):
            await waiting


async def test_wait_for_connection_lost() -> None:
    """Sanic 21.9's signature: whether it was lost within the timeout."""
    async with connected() as (ws, peer):
        assert await ws.wait_for_connection_lost(timeout=0.01) is False
        assert not ws.waited_on
        peer.reset()
        assert await ws.wait_for_connection_lost() is True
        assert await ws.wait_for_connection_lost(timeout=0) is True


async def test_ensure_open() -> None:
    """Returns while open; while closing, it waits to say how the connection ended."""
    async with connected() as (ws, peer):
        assert await ws.ensure_open() is None
        ws.end_connection()
        checking = asyncio.ensure_future(ws.ensure_open())
        await turns()
        assert not checking.done()
        await peer.close(1000)
        with pytest.raises(ConnectionClosedOK):
            await checking


async def test_connection_lost_twice() -> None:
    """The second call changes nothing."""
    async with connected() as (ws, peer):
        await peer.close(1000)
        await ws.wait_closed()
        ws.connection_lost(OSError())
        assert ws.close_code == 1000


async def test_ids_differ() -> None:
    """Each connection has a random id that does not change."""
    async with connected() as (ws, _), connected() as (other, _):
        assert ws.id == ws.id != other.id


async def test_an_id_of_the_app() -> None:
    """The object of Sanic 21.6 had no id: apps gave it theirs."""
    async with connected() as (ws, _):
        ws.id = "user-1"
        assert ws.id == "user-1"


@pytest.mark.parametrize("method", ["recv", "recv_burst", "ping", "ensure_open", "send"])
async def test_asking_again_and_again_stops_nobody(method: str) -> None:
    """Code that ignores how often it is told of the end leaves the loop to others."""
    async with connected() as (ws, peer):
        await peer.close()
        await ws.wait_closed()
        seen = 0

        async def others() -> None:
            nonlocal seen
            while True:
                await asyncio.sleep(0)
                seen += 1

        elsewhere = asyncio.ensure_future(others())
        for _ in range(100):
            with pytest.raises(ConnectionClosedError):
                await getattr(ws, method)(*(["x"] if method == "send" else []))
        elsewhere.cancel()
        assert seen >= 98
