"""The connection under random interleavings of peer bytes, handler calls and cancellations.

No message is lost or doubled, none of those that arrived before the peer's end, the queue is
bounded to the last, one close frame leaves and nothing behind it, the close code does not change,
no exception comes out but the documented ones, and nothing is left behind. Compressed or not, and
with little or much that is decoded in one turn of the loop.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import zlib
from typing import Any, Coroutine

from hypothesis import HealthCheck, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, initialize, invariant, precondition, rule

from sanic_legacy_ws import ConnectionClosed
from sanic_legacy_ws.connection import LegacyWebSocket, State, reading
from sanic_legacy_ws.connection.keepalive import Clock
from sanic_legacy_ws.wire.deflate import DeflateParameters, negotiate
from tests.connection.rig import assert_nothing_left
from tests.support import sanic_version
from tests.support.client import BINARY, CLOSE, CONT, PING, PONG, TEXT, close_payload, encode_frame

from .transport import MemoryTransport, frames_of

EXAMPLES = int(os.environ.get("FUZZ_EXAMPLES", "100" if sanic_version >= (25, 12) else "25"))

GARBAGE = [
    encode_frame(3),
    encode_frame(TEXT, b"x", mask=None),
    encode_frame(TEXT, b"\xff"),
    encode_frame(CONT, b"x"),
    encode_frame(BINARY, bytes(2000)),
    encode_frame(PING, b"", fin=False),
    encode_frame(CLOSE, b"\x00"),
    encode_frame(CLOSE, close_payload(1005)),
]
THEN = st.integers(0, 2)  # turns of the loop that follow
CODES = st.sampled_from([1000, 1001, 1011, 3000, 4999])


class Connection(RuleBasedStateMachine):
    """Peer, handler and transport take turns in any order."""

    def __init__(self) -> None:
        super().__init__()
        self.loop = asyncio.SelectorEventLoop()
        self.problems: list[Any] = []
        self.loop.set_exception_handler(lambda _, context: self.problems.append(context))
        self.stream = b""  # all that the peer ever sends
        self.delivered = 0
        self.ends: list[tuple[str | bytes, int]] = []  # its messages, and where each ends
        self.broken_at: int | None = None  # where its close frame, or what is no frame, begins
        self.peer_code: int | None = None
        self.received: list[Any] = []
        self.tasks: dict[int, asyncio.Task[Any]] = {}
        self.wanted: dict[int, str] = {}  # messages whose send has begun
        self.fragmented: set[int] = set()
        self.sent: set[int] = set()  # those whose send has returned
        self.failed = False  # by us: the rest of the stream is not looked at
        self.closed_by_us = False  # what comes behind a full queue may be dropped
        self.compressor: Any = None
        self.limits = reading._FRAMES_A_TURN, reading._SKIMMED_A_TURN
        self.codes: set[int | None] = set()
        self.number = 0
        self.sending_paused = False
        self.steps = 0
        self.calm = 0  # steps before something may end the connection

    def may_end(self) -> bool:
        return self.steps >= self.calm

    @invariant()
    def count(self) -> None:
        self.steps += 1

    @initialize(
        max_queue=st.sampled_from([1, 2, 5, None]),
        read_limit=st.sampled_from([1, 1000]),
        calm=st.sampled_from([0, 5, 20, 30]),
        compressed=st.booleans(),
        a_turn=st.sampled_from([1, 3, 512]),
    )
    def open(
        self, max_queue: int | None, read_limit: int, calm: int, compressed: bool, a_turn: int
    ) -> None:
        async def begin() -> None:
            self.ws = LegacyWebSocket(
                max_queue=max_queue, read_limit=read_limit, max_size=1000, ping_interval=3600
            )
            if compressed:
                agreed = negotiate("permessage-deflate", DeflateParameters())
                assert agreed is not None
                self.ws.use_deflate(agreed[1])
                self.compressor = zlib.compressobj(wbits=-15)
            self.transport = MemoryTransport(self.loop, self.ws)
            self.ws.connection_made(self.transport)
            self.ws.connection_open()

        reading._FRAMES_A_TURN = reading._SKIMMED_A_TURN = a_turn
        self.calm = calm
        asyncio.set_event_loop(self.loop)
        self.loop.run_until_complete(begin())

    # The peer.

    @precondition(lambda self: self.broken_at is None)
    @rule(
        payload=st.text(max_size=9),
        times=st.sampled_from([1, 25]),
        binary=st.booleans(),
        plain=st.booleans(),
        cut=st.integers(0, 9),
        count=st.sampled_from([1, 2, 6]),
        then=THEN,
    )
    def peer_sends(
        self, payload: str, times: int, binary: bool, plain: bool, cut: int, count: int, then: int
    ) -> None:
        for number in range(count):
            message = f"{number} {payload}" * times
            self._peer_sends(message.encode() if binary else message, plain, cut)
        if then:
            self.everything_arrives(then - 1)

    def _peer_sends(self, message: str | bytes, plain: bool, cut: int) -> None:
        opcode, rsv = (BINARY, 0) if isinstance(message, bytes) else (TEXT, 0)
        data = message if isinstance(message, bytes) else message.encode()
        if not plain and self.compressor is not None:
            data = self.compressor.compress(data) + self.compressor.flush(zlib.Z_SYNC_FLUSH)
            data, rsv = data[:-4] or b"\0", 4
        if cut:
            self.stream += encode_frame(opcode, data[:cut], fin=False, rsv=rsv)
            self.stream += encode_frame(PING, b"between") + encode_frame(CONT, data[cut:])
        else:
            self.stream += encode_frame(opcode, data, rsv=rsv)
        self.ends.append((message, len(self.stream)))

    @precondition(lambda self: self.broken_at is None)
    @rule(opcode=st.sampled_from([PING, PONG]), payload=st.sampled_from([b"", b"a", b"1"]))
    def peer_pings_or_pongs(self, opcode: int, payload: bytes) -> None:
        self.stream += encode_frame(opcode, payload)

    @precondition(lambda self: self.broken_at is None and self.may_end())
    @rule(code=CODES, then=THEN)
    def peer_closes(self, code: int, then: int) -> None:
        self.broken_at, self.peer_code = len(self.stream), code
        self.stream += encode_frame(CLOSE, close_payload(code, "bye"))
        if then:
            self.everything_arrives(then - 1)
            self.stream += encode_frame(TEXT, b"never seen")

    @precondition(lambda self: self.broken_at is None and self.may_end())
    @rule(garbage=st.sampled_from(GARBAGE), then=THEN)
    def peer_sends_garbage(self, garbage: bytes, then: int) -> None:
        self.broken_at = len(self.stream)
        self.stream += garbage
        if then:
            self.everything_arrives(then - 1)
        self.stream += encode_frame(TEXT, b"never seen")

    @rule(count=st.integers(1, 60))
    def bytes_arrive(self, count: int) -> None:
        if self.transport.closing or self.transport.paused:
            return
        chunk = self.stream[self.delivered : self.delivered + count]
        if chunk:
            self.delivered += len(chunk)
            self.ws.data_received(chunk)

    @rule(then=THEN)
    def everything_arrives(self, then: int) -> None:
        self.bytes_arrive(1 << 20)
        self.loop_turns(then)

    @precondition(may_end)
    @rule()
    def peer_ends_its_side(self) -> None:
        if not self.transport.closing and not self.transport.paused:
            self.broken_at = min(self.delivered, self.broken_at or self.delivered)
            self.ws.eof_received()
            self.transport.close()

    @precondition(may_end)
    @rule()
    def peer_resets(self) -> None:
        self.transport.lose()

    # The transport.

    @rule(pause=st.booleans())
    def peer_reads_or_not(self, pause: bool) -> None:
        if not self.transport.lost and pause != self.sending_paused:
            self.sending_paused = pause
            self.transport.buffered = int(pause)
            (self.ws.pause_writing if pause else self.ws.resume_writing)()

    @rule(count=st.integers(1, 4))
    def loop_turns(self, count: int) -> None:
        async def turns() -> None:
            for _ in range(count - 1):
                await asyncio.sleep(0)

        if count:
            self.loop.run_until_complete(turns())

    @precondition(lambda self: self.ws.state is State.CLOSING and self.steps % 4 == 0)
    @rule()
    def close_timeout_expires(self) -> None:
        self.ws.transport.abort()

    # The handler.

    def _start(self, coroutine: Coroutine[Any, Any, Any]) -> int:
        self.number += 1
        self.tasks[self.number] = self.loop.create_task(coroutine)
        return self.number

    @rule(timeout=st.sampled_from([None, 3600]), then=THEN)
    def handler_receives(self, timeout: float | None, then: int) -> None:
        async def receive() -> None:
            self.received.append(await self.ws.recv(timeout))

        self._start(receive())
        self.loop_turns(then)

    @rule()
    def handler_iterates(self) -> None:
        async def iterate() -> None:
            async for message in self.ws:
                self.received.append(message)

        self._start(iterate())

    @rule(most=st.integers(1, 3))
    def handler_takes_a_burst(self, most: int) -> None:
        async def burst() -> None:
            self.received += await self.ws.recv_burst(most)

        self._start(burst())

    @rule(fragmented=st.booleans(), then=THEN)
    def handler_sends(self, fragmented: bool, then: int) -> None:
        number = self.number + 1
        text = f"message {number}"

        async def source() -> Any:
            for part in (text[:3], text[3:]):
                await asyncio.sleep(0)
                yield part

        async def send() -> None:
            await self.ws.send(source() if fragmented else text)
            self.sent.add(number)

        self.wanted[self._start(send())] = text
        if fragmented:
            self.fragmented.add(number)
        self.loop_turns(then)

    @rule()
    def handler_pings(self) -> None:
        async def ping() -> None:
            await (await self.ws.ping(str(self.number)))

        self._start(ping())

    @precondition(may_end)
    @rule(code=CODES, then=THEN)
    def handler_closes(self, code: int, then: int) -> None:
        self.closed_by_us = True
        self._start(self.ws.close(code))
        self.loop_turns(then)

    @rule()
    def handler_waits(self) -> None:
        self._start(self.ws.wait_closed())

    @precondition(may_end)
    @rule()
    def connection_is_failed(self) -> None:
        self.failed = True
        self.ws.fail_connection(1011, "failed")

    @rule(data=st.data())
    def task_is_cancelled(self, data: Any) -> None:
        pending = [number for number, task in self.tasks.items() if not task.done()]
        if pending:
            self.tasks[data.draw(st.sampled_from(pending))].cancel()

    # What always holds.

    @invariant()
    def no_message_is_lost_or_doubled(self, to_the_last: bool = False) -> None:
        end = self.delivered if self.broken_at is None else min(self.delivered, self.broken_at)
        expected = [message for message, at in self.ends if at <= end]
        got = [message for message in self.received if message is not None]
        got += self.ws.messages
        assert got == expected[: len(got)]
        # A fragmented message whose sender was cancelled fails the connection, too.
        cut_off = any(self.tasks[number].cancelled() for number in self.fragmented)
        if to_the_last and not (self.failed or cut_off or self.closed_by_us):
            assert got == expected

    @invariant()
    def the_queue_is_bounded(self) -> None:
        if self.ws.max_queue is not None:
            assert len(self.ws.messages) <= self.ws.max_queue

    @invariant()
    def frames_on_the_wire_are_in_order(self) -> None:
        frames = frames_of(self.transport.written)
        closes = [frame for frame in frames if frame.opcode == CLOSE]
        assert len(closes) <= 1
        assert not closes or frames[-1] is closes[0]
        texts, parts = [], []
        for frame in frames:
            if frame.opcode in (TEXT, CONT):
                assert (frame.opcode == CONT) == bool(parts)
                parts.append(frame.payload.decode())
                if frame.fin:
                    texts.append("".join(parts))
                    parts = []
        assert len(set(texts)) == len(texts)
        assert set(texts) <= set(self.wanted.values())

    @invariant()
    def the_transport_is_used_rightly(self) -> None:
        assert self.transport.faults == []
        assert self.problems == []

    @invariant()
    def the_close_code_does_not_change(self) -> None:
        assert (self.ws.close_code is None) == (self.ws.state is not State.CLOSED)
        if self.ws.closed:
            self.codes.add(self.ws.close_code)
            assert len(self.codes) == 1
            assert self.codes <= {1006, self.peer_code}

    @invariant()
    def exceptions_are_the_documented_ones(self) -> None:
        for task in self.tasks.values():
            if task.done() and not task.cancelled():
                error = task.exception()
                allowed = (ConnectionClosed, RuntimeError, ValueError)
                assert error is None or isinstance(error, allowed), repr(error)
                assert not isinstance(error, RuntimeError) or "already waiting" in str(error)

    def teardown(self) -> None:
        try:
            if hasattr(self, "ws"):
                self._end()
        finally:  # or a failure here would be one of other tests, too
            reading._FRAMES_A_TURN, reading._SKIMMED_A_TURN = self.limits
            self.loop.close()
            asyncio.set_event_loop(None)

    def _end(self) -> None:
        if not self.transport.lost:
            # What send has promised is on its way once the loop has turned.
            promised = set(self.sent)
            self.loop_turns(3)
            if self.ws.open:
                texts = self.transport.written.replace(b"\x80\x00", b"")
                for number in promised:
                    assert self.wanted[number][3:].encode() in texts
        self.transport.lose()
        self.loop_turns(9 + 3 * len(self.ends))  # behind the end, each message may take a turn
        assert all(task.done() for task in self.tasks.values())
        self.exceptions_are_the_documented_ones()
        self.loop.run_until_complete(self._read_the_rest())
        self.no_message_is_lost_or_doubled(to_the_last=True)
        assert_nothing_left(self.ws)
        assert asyncio.all_tasks(self.loop) == set()
        clock = Clock.of(self.loop)
        assert (clock.buckets, clock._timer) == ({}, None)
        assert self.problems == []

    async def _read_the_rest(self) -> None:
        with contextlib.suppress(ConnectionClosed):
            while True:
                self.received.append(await self.ws.recv())
                self.the_queue_is_bounded()


Connection.TestCase.settings = settings(
    max_examples=EXAMPLES,
    stateful_step_count=40,
    deadline=None,
    suppress_health_check=list(HealthCheck),
)
TestConnection = Connection.TestCase
