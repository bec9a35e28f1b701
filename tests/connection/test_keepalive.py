"""Pings, pongs, latency, and keepalive by one coarse timer."""

from __future__ import annotations

import asyncio
import gc
import time
import weakref
from collections import Counter
from typing import Any, AsyncIterator

import pytest

from sanic_legacy_ws import ConnectionClosedError, ConnectionClosedOK
from sanic_legacy_ws.connection import LegacyWebSocket
from sanic_legacy_ws.connection.keepalive import Clock
from tests.support.client import CLOSE, PING, PONG, TEXT, Frame, encode_frame

from .rig import connected, full, run, sending_paused, turns, until

SOON = 0.02  # seconds; the clock's resolution is coarser


async def test_ping() -> None:
    """Returns a future of the pong, in seconds of latency."""
    async with connected() as (ws, peer):
        assert ws.latency == 0
        pong = await ws.ping("hi")
        assert await peer.read() == Frame(PING, b"hi")
        assert list(ws.pings) == [b"hi"]
        assert ws.waited_on
        await peer.pong(b"hi")
        assert await pong == ws.latency > 0
        assert not ws.pings
        assert not ws.waited_on


async def test_the_payload_is_random() -> None:
    """Four bytes, unlike those that wait."""
    async with connected() as (ws, peer):
        for _ in range(3):
            await ws.ping()
        payloads = {(await peer.read()).payload for _ in range(3)}
        assert payloads == set(ws.pings)
        assert {len(payload) for payload in payloads} == {4}


async def test_a_payload_that_is_taken_is_not_chosen(monkeypatch: pytest.MonkeyPatch) -> None:
    """Another one is tried."""
    bits = iter([7, 7, 8])
    monkeypatch.setattr("random.getrandbits", lambda count: next(bits))
    async with connected() as (ws, _peer):
        await ws.ping()
        await ws.ping()
        assert list(ws.pings) == [b"\0\0\0\7", b"\0\0\0\x08"]


async def test_a_ping_with_the_same_payload() -> None:
    """Refused while the first one waits."""
    async with connected() as (ws, peer):
        pong = await ws.ping(b"x")
        with pytest.raises(ValueError, match="already"):
            await ws.ping("x")
        await peer.pong(b"x")
        await pong
        await ws.ping("x")


@pytest.mark.parametrize("call", ["ping", "pong"])
async def test_payloads_of_control_frames(call: str) -> None:
    """str or bytes-like, at most 125 bytes."""
    opcode = PING if call == "ping" else PONG
    async with connected() as (ws, peer):
        for data in ("ä", b"\xff", bytearray(b"ab"), memoryview(b"cd"), b"x" * 125, ""):
            await getattr(ws, call)(data)
            sent = data.encode() if isinstance(data, str) else bytes(data)
            assert await peer.read() == Frame(opcode, sent)
        with pytest.raises(ValueError, match="125"):
            await getattr(ws, call)(b"x" * 126)
        for wrong in (5, 1.5, ["a"], object()):
            with pytest.raises(TypeError):
                await getattr(ws, call)(wrong)
        await turns()
        assert peer.silence()


async def test_pong() -> None:
    """RFC 6455 section 5.5.3: an unsolicited pong; from the peer it means nothing."""
    async with connected() as (ws, peer):
        await ws.pong()
        assert await peer.read() == Frame(PONG)
        await peer.pong(b"whatever")
        await ws.ping(b"x")
        await peer.pong(b"whatever")
        await peer.ping(b"done")
        assert await peer.read() == Frame(PING, b"x")
        assert await peer.read() == Frame(PONG, b"done")
        assert list(ws.pings) == [b"x"]


async def test_a_pong_answers_all_earlier_pings() -> None:
    """And none of the later ones."""
    async with connected() as (ws, peer):
        pongs = [await ws.ping(bytes([65 + i])) for i in range(3)]
        await peer.pong(b"B")
        assert await pongs[0] >= await pongs[1] == ws.latency
        assert not pongs[2].done()
        assert list(ws.pings) == [b"C"]


async def test_a_ping_that_nobody_waits_for_any_more() -> None:
    """Its pong is still expected; as a reason to keep the handler it does not count."""
    async with connected() as (ws, peer):
        pong = await ws.ping(b"x")
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(pong, 0.01)
        assert list(ws.pings) == [b"x"]
        assert not ws.waited_on
        await peer.pong(b"x")
        await until(lambda: not ws.pings)
        assert ws.latency > 0


@pytest.mark.parametrize("awaited", [True, False])
async def test_pings_on_a_connection_that_ends(awaited: bool) -> None:
    """Who waits gets ConnectionClosed; what nobody waits for is not reported."""
    async with connected() as (ws, peer):
        pong, given_up = await ws.ping(), await ws.ping()
        given_up.cancel()
        await peer.close(1000)
        if awaited:
            with pytest.raises(ConnectionClosedOK):
                await pong
        await ws.wait_closed()
        with pytest.raises(ConnectionClosedOK):
            await ws.ping()
        with pytest.raises(ConnectionClosedOK):
            await ws.pong()


class Counted(dict):  # type: ignore[type-arg]
    """Pings that count how many of them are looked at."""

    seen = 0

    def items(self) -> Any:
        for item in super().items():
            self.seen += 1
            yield item


async def test_many_pings_that_are_answered_one_by_one() -> None:
    """Each pong looks at its ping alone, or many of them would hold the loop for seconds."""
    async with connected() as (ws, _peer):
        ws._pings = pings = Counted()
        waiters = [await ws.ping(b"%d" % number) for number in range(300)]
        ws.data_received(b"".join(encode_frame(PONG, payload) for payload in [*pings][:200]))
        assert [waiter.done() for waiter in waiters] == [True] * 200 + [False] * 100
        assert pings.seen == 200


@pytest.mark.parametrize("end", ["pong", "cancel", "close"])
async def test_pings_without_number(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """A loop of them waits once many are unanswered, until one is, or is given up."""
    monkeypatch.setattr("sanic_legacy_ws.connection.keepalive.MOST_PINGS", 8)
    async with connected() as (ws, peer):
        waiters = [await ws.ping(b"%d" % number) for number in range(8)]
        ninth = asyncio.ensure_future(ws.ping())
        await turns()
        assert (len(ws.pings), ninth.done()) == (8, False)
        if end == "pong":
            await peer.pong(b"0")
        elif end == "cancel":
            waiters[0].cancel()
        else:
            await peer.close(1000)
            with pytest.raises(ConnectionClosedOK):
                await ninth
            return
        await ninth
        assert [*ws.pings][:7] == [b"%d" % number for number in range(1, 8)]


async def test_pings_are_answered_while_open_only() -> None:
    """After our close frame nothing follows (RFC 6455 section 5.5.1)."""
    async with connected() as (ws, peer):
        await peer.ping(b"a")
        assert await peer.read() == Frame(PONG, b"a")
        ws.end_connection()
        await peer.ping(b"b")
        await peer.answer_close()
        assert await peer.read_all() == []


@pytest.mark.parametrize("call", ["ping", "pong"])
async def test_control_frames_wait_for_a_peer_that_does_not_read(call: str) -> None:
    """As `send` does: nothing grows. They go on when the peer reads, and end with it."""
    async with connected(buffers=4096, write_limit=0) as (ws, peer):
        await ws.send(bytes(1 << 20))
        await until(lambda: sending_paused(ws))
        waiting = [asyncio.ensure_future(getattr(ws, call)(str(i))) for i in range(3)]
        await turns(5)
        assert ws.waited_on
        assert not any(task.done() for task in waiting)
        waiting[0].cancel()
        await peer.read()
        assert [(await peer.read()).payload for _ in range(2)] == [b"1", b"2"]
        await ws.send(bytes(1 << 20))
        await until(lambda: sending_paused(ws))
        late = asyncio.ensure_future(getattr(ws, call)("late"))
        await turns()
        peer.reset()
        with pytest.raises(ConnectionClosedError):
            await late


async def test_control_frames_go_in_between_fragments() -> None:
    """RFC 6455 section 5.4: they need not wait for the end of the message."""
    async with connected() as (ws, peer):
        rest = asyncio.get_event_loop().create_future()

        async def source() -> AsyncIterator[str]:
            yield "a"
            await rest

        sending = asyncio.ensure_future(ws.send(source()))
        assert await peer.read() == Frame(TEXT, b"a", fin=False)
        await ws.ping(b"in between")
        assert await peer.read() == Frame(PING, b"in between")
        rest.set_result(None)
        await sending


# Keepalive.


async def test_keepalive_pings() -> None:
    """Every ping_interval; the pong gives the latency, and no user's future is involved."""
    async with connected(ping_interval=SOON, ping_timeout=5) as (ws, peer):
        for _ in range(3):
            frame = await peer.read()
            assert frame.opcode == PING
            assert len(frame.payload) == 4
            assert not ws.waited_on
            await peer.pong(frame.payload)
        assert ws.latency > 0


async def test_a_peer_that_does_not_pong() -> None:
    """1011, after ping_timeout."""
    async with connected(ping_interval=SOON, ping_timeout=SOON) as (ws, peer):
        assert (await peer.read()).opcode == PING
        frame = await peer.read()
        assert (frame.close_code, frame.close_reason) == (1011, "keepalive ping timeout")
        peer.end()
        with pytest.raises(ConnectionClosedError) as raised:
            await ws.recv()
        assert (raised.value.code, raised.value.sent.code) == (1006, 1011)


async def test_a_pong_to_a_later_ping_will_do() -> None:
    """The user's own ping, answered, shows that the peer is alive."""
    async with connected(ping_interval=SOON, ping_timeout=60) as (ws, peer):
        probe = await peer.read()
        assert ws._probe is not None
        assert ws._probe.payload == probe.payload
        await ws.ping(b"mine")
        await peer.read()
        await peer.pong(b"mine")
        await until(lambda: ws._probe is None)


async def test_a_pong_to_an_earlier_ping_will_not_do() -> None:
    """It was sent before keepalive asked."""
    async with connected(ping_interval=0.1, ping_timeout=60) as (ws, peer):
        pong = await ws.ping(b"mine")
        assert (await peer.read()).payload == b"mine"
        probe = await peer.read()
        await peer.pong(b"mine")
        await pong
        assert ws._probe is not None
        assert ws._probe.payload == probe.payload


@pytest.mark.parametrize("more", [True, False])
async def test_a_pong_to_keepalive_answers_the_users_earlier_pings(more: bool) -> None:
    """And none of the later ones."""
    async with connected(ping_interval=0.1, ping_timeout=60) as (ws, peer):
        earlier = await ws.ping(b"earlier")
        await peer.read()
        probe = await peer.read()
        if more:
            await ws.ping(b"later")
        await peer.pong(probe.payload)
        assert await earlier > 0
        assert list(ws.pings) == [b"later"] * more


@pytest.mark.parametrize(("interval", "timeout"), [(None, SOON), (SOON, None)])
async def test_keepalive_in_part(interval: float | None, timeout: float | None) -> None:
    """Without an interval no pings; without a timeout no end."""
    async with connected(ping_interval=interval, ping_timeout=timeout) as (ws, peer):
        if interval is None:
            await asyncio.sleep(0.15)
            assert peer.silence()
            assert ws.keepalive_ping_task.done()
        else:
            assert [(await peer.read()).opcode for _ in range(3)] == [PING] * 3
        assert ws.open


async def test_a_timeout_longer_than_the_interval() -> None:
    """One ping at a time is waited for."""
    async with connected(ping_interval=SOON, ping_timeout=0.3) as (ws, peer):
        frame = await peer.read()
        await asyncio.sleep(0.15)
        assert peer.silence()
        await peer.pong(frame.payload)
        assert (await peer.read()).opcode == PING
        assert ws.open


async def test_a_busy_handler_is_not_punished() -> None:
    """While messages wait unread below max_queue, pongs are read."""
    async with connected(ping_interval=SOON, ping_timeout=SOON, max_queue=4) as (ws, peer):
        await peer.text("one", "two")
        for _ in range(3):
            await peer.pong((await peer.read()).payload)
        assert ws.open
        assert len(ws.messages) == 2


async def test_a_stalled_reader_is_not_punished() -> None:
    """The queue is full: the pong lies unread behind it, for as long as it takes."""
    async with connected(ping_interval=SOON, ping_timeout=SOON, max_queue=1) as (ws, peer):
        frame = await peer.read()
        await peer.text("one")
        await until(lambda: full(ws))
        await peer.pong(frame.payload)
        await asyncio.sleep(0.3)
        assert ws.open
        assert await ws.recv() == "one"
        await peer.pong((await peer.read()).payload)
        await asyncio.sleep(0.1)
        assert ws.open


async def test_a_peer_that_is_gone_behind_a_full_queue() -> None:
    """Once we read again, it has ping_timeout to answer, not for ever."""
    async with connected(ping_interval=SOON, ping_timeout=SOON, max_queue=1) as (ws, peer):
        assert (await peer.read()).opcode == PING
        await peer.text("one")
        await until(lambda: full(ws))
        await asyncio.sleep(0.15)
        assert ws.open
        await ws.recv()
        frame = await peer.read()
        while frame.opcode == PING:  # those that were sent to find out by a write
            frame = await peer.read()
        assert frame.close_code == 1011


async def test_a_peer_that_sends_more_control_frames_than_are_read_in_a_turn() -> None:
    """That is no reason to wait for its pong."""
    async with connected(ping_interval=SOON, ping_timeout=SOON) as (ws, peer):

        async def flood() -> None:
            while ws.open:
                await peer.send(encode_frame(PONG) * 5000)

        flooding = asyncio.ensure_future(flood())
        await until(lambda: not ws.open)
        flooding.cancel()
        await asyncio.wait([flooding])
        if not flooding.cancelled():
            assert isinstance(flooding.exception(), (OSError, type(None)))
        assert ws.close_sent.code == 1011


async def test_a_peer_that_neither_reads_nor_answers() -> None:
    """The queue is full since the handler waits for the peer itself: 1011."""
    async with connected(
        ping_interval=SOON, ping_timeout=SOON, max_queue=1, buffers=4096, write_limit=1000
    ) as (ws, peer):

        async def echo() -> None:
            async for message in ws:
                await ws.send(message)

        async def flood() -> None:
            while True:
                await peer.text("x" * 10_000)

        tasks = [asyncio.ensure_future(echo()), asyncio.ensure_future(flood())]
        await until(lambda: not ws.open)
        assert ws.close_sent.code == 1011
        ws.transport.abort()
        await asyncio.wait(tasks)
        for task in tasks:
            assert isinstance(task.exception(), (ConnectionClosedError, OSError))


async def test_no_ping_loses_what_a_slow_handler_reads() -> None:
    """Met by a peer that has gone, it would: all is delivered, more than the system holds."""
    async with connected(ping_interval=0.5, ping_timeout=0.5, max_queue=2) as (ws, peer):
        sending = asyncio.ensure_future(peer.text(*["x" * 100_000] * 60))
        count = 0
        async for message in ws:
            count += len(message) == 100_000
            if sending.done() and peer.sock.fileno() != -1:
                peer.sock.close()
            await asyncio.sleep(0.02)
            if count == 60:
                break
        assert count == 60


async def test_no_ping_right_behind_a_full_queue() -> None:
    """What the system holds is read in the next turn: the peer may have gone behind it."""
    async with connected(ping_interval=60, max_queue=1) as (ws, peer):
        await peer.text("one")
        await until(lambda: full(ws))
        await ws.recv()
        await turns()
        Clock.of(ws.loop).remove(ws, ws._tick)
        ws._keep_alive(ws._ping_at, b"ping")
        assert peer.silence()
        await asyncio.sleep(0.1)
        Clock.of(ws.loop).remove(ws, ws._tick)
        ws._keep_alive(ws._ping_at, b"ping")
        assert await peer.read() == Frame(PING, b"ping")


@pytest.mark.parametrize("paused", [True, False])
async def test_pings_behind_a_full_queue(paused: bool) -> None:
    """One each ping_interval, as only a write finds out that the peer is gone; none piles up."""
    async with connected(ping_interval=0.15, ping_timeout=SOON, max_queue=1) as (ws, peer):
        probe = await peer.read()
        await peer.text("one")
        await until(lambda: full(ws))
        if paused:
            ws.pause_writing()
            await asyncio.sleep(0.4)
            assert peer.silence()
            ws.resume_writing()
        assert await peer.read() == probe
        assert ws.open


async def test_a_queue_that_fills_without_a_probe_under_way() -> None:
    """There is nothing to excuse."""
    async with connected(ping_interval=60, max_queue=1) as (ws, peer):
        await peer.text("one", "two")
        await until(lambda: full(ws))
        assert [await ws.recv(), await ws.recv()] == ["one", "two"]
        assert ws.open


async def test_a_blocked_loop_is_not_punished() -> None:
    """The pong came in time but could not be read: it is, before anyone is failed."""
    async with connected(ping_interval=SOON, ping_timeout=SOON) as (ws, peer):
        frame = await peer.read()
        assert frame.opcode == PING
        peer.sock.send(encode_frame(PONG, frame.payload))
        time.sleep(0.3)
        await until(lambda: not ws._probe or ws._probe.payload != frame.payload)
        assert ws.open


async def test_keepalive_ends_with_the_connection() -> None:
    """Its future is done, and the clock knows nothing of it."""
    async with connected(ping_interval=5) as (ws, peer):
        task = ws.keepalive_ping_task
        assert ws.keepalive_ping_task is task
        assert not task.done()
        await peer.close(1000)
        assert await task is None
        await ws.wait_closed()
        await ws.keepalive_ping_task
    async with connected(ping_interval=5) as (ws, peer):
        await peer.close(1000)
        await ws.wait_closed()
        assert await ws.keepalive_ping_task is None


async def test_cancelling_keepalive() -> None:
    """keepalive_ping_task.cancel(), as old apps do, switches it off, ping under way or not."""
    async with connected(ping_interval=SOON, ping_timeout=SOON) as (ws, peer):
        assert (await peer.read()).opcode == PING
        ws.keepalive_ping_task.cancel()
        await asyncio.sleep(0.2)
        assert ws.open
        assert peer.silence()
        assert ws.keepalive_ping_task.cancelled()


async def test_no_keepalive_before_the_connection_is_open() -> None:
    """It begins with connection_open."""
    async with connected(opened=False, ping_interval=SOON) as (ws, peer):
        await asyncio.sleep(0.1)
        assert peer.silence()
        ws.connection_open()
        assert (await peer.read()).opcode == PING


async def test_one_timer_for_all() -> None:
    """Connections that are due together share a bucket of the loop's one clock."""
    loop = asyncio.get_event_loop()
    async with connected(ping_interval=5) as (a, _), connected(ping_interval=60) as (b, _):
        clock = Clock.of(loop)
        assert Clock.of(loop) is clock
        assert sorted(map(len, clock.buckets.values())) == [1, 1]
        first = clock._next
        async with connected(ping_interval=0.5) as (c, _):
            assert clock._next < first
            assert {a._tick, b._tick, c._tick} == set(clock.buckets)
    assert clock.buckets == {}
    assert clock._timer is None


async def test_each_is_called_when_it_is_due() -> None:
    """The clock goes on to who is due next, not to who was called last: they don't gather."""
    loop, later = asyncio.get_event_loop(), {"ping_interval": 90, "ping_timeout": None}
    async with connected(ping_interval=60) as (other, _), connected(**later) as (ws, peer):
        clock = Clock.of(loop)
        clock.remove(ws, ws._tick)
        ws._ping_at = loop.time()
        ws._tick = clock.add(ws, ws._ping_at)
        assert (await peer.read()).opcode == PING
        assert clock._next == other._tick < ws._tick


async def test_many_that_are_due_at_once() -> None:
    """They are called a number in each turn, and everything else has its turn in between."""
    loop = asyncio.get_event_loop()
    clock, turn = Clock.of(loop), 0
    called: Counter[int] = Counter()

    class Due(LegacyWebSocket):
        def _keep_alive(self, now: float, payload: bytes) -> None:
            called[turn] += 1

    def next_turn() -> None:
        nonlocal turn
        turn += 1
        if clock.buckets:
            loop.call_soon(next_turn)

    for number in range(1000):
        clock.add(Due(), loop.time() - number % 3)
    next_turn()
    await until(lambda: not clock.buckets)
    assert sum(called.values()) == 1000
    assert max(called.values()) == 256
    assert clock._timer is None


async def test_the_clock_goes_on_when_one_connection_fails() -> None:
    """The others are pinged when they are due."""
    async with connected(ping_interval=0.01, ping_timeout=0.01) as (_, silent):  # noqa: SIM117
        async with connected(ping_interval=0.5) as (_, peer):
            assert [(await silent.read()).opcode for _ in range(2)] == [PING, CLOSE]
            assert (await peer.read()).opcode == PING


async def test_a_bucket_that_empties_while_the_clock_rings() -> None:
    """A connection that ends another one's keepalive harms no third."""
    async with connected(ping_interval=60) as (a, _), connected(ping_interval=60) as (b, _):
        clock = Clock.of(a.loop)
        now = a.loop.time()
        for ws, when in ((a, now - 2), (b, now - 1)):
            clock.remove(ws, ws._tick)
            ws._tick = clock.add(ws, when)
        rung = []
        a._keep_alive = lambda now, payload: (rung.append(a), b._stop_keepalive())
        async with connected(ping_interval=0.01) as (_, peer):
            assert (await peer.read()).opcode == PING
        assert rung == [a]
        clock.remove(a, 1)


async def test_a_clock_that_rings_for_a_connection_that_just_closed() -> None:
    """Nothing happens."""
    async with connected(ping_interval=60) as (ws, peer):
        await peer.close(1000)
        await ws.wait_closed()
        ws._keep_alive(0, b"")
        assert ws._tick == 0


def test_a_loop_is_not_kept_by_its_clock() -> None:
    """When the last connection has closed, nothing holds the loop."""
    loops: list[Any] = []

    def new_loop() -> asyncio.AbstractEventLoop:
        loop = asyncio.SelectorEventLoop()
        loops.append(weakref.ref(loop))
        return loop

    async def main() -> None:
        async with connected(ping_interval=60) as (ws, peer):
            await ws.send("x")
            assert await peer.read() == Frame(TEXT, b"x")

    run(main, new_loop)
    gc.collect()
    assert loops[0]() is None


def test_pings_without_any() -> None:
    """An empty mapping."""
    assert dict(LegacyWebSocket.pings.fget(LegacyWebSocket.__new__(LegacyWebSocket))) == {}
