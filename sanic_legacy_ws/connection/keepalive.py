"""Pings and pongs (RFC 6455 sections 5.5.2 and 5.5.3), and one coarse timer for all keepalives.

The connections of a worker that are due within the same ``RESOLUTION`` seconds share a bucket, and
one timer runs for the earliest bucket: an idle connection holds no task and no timer of its own.
"""

from __future__ import annotations

import asyncio
import random
from abc import abstractmethod
from time import perf_counter
from typing import Any, Mapping, NamedTuple

from ..wire.frames import FIN, MAX_CONTROL_PAYLOAD, PING, PONG, frame
from .outbox import FLUSHES_A_TURN, FRAGMENTING, PAUSED, Outbox
from .per_loop import PerLoop
from .state import State

RESOLUTION = 1 / 16  # seconds; deadlines are rounded up to it
MOST_PINGS = 1 << 12  # that wait for their pongs: 1 MiB; a peer takes many more without an answer
_RUNG_A_TURN = 256  # connections: a ping takes some ten microseconds, to fail one some forty
_PINGS_A_TURN = 512  # a ping takes some ten times as long as the `send` of a short message


class Ping(NamedTuple):
    """A ping that waits for its pong."""

    waiter: asyncio.Future[float]
    sent_at: float


class Probe:
    """Keepalive's own ping, while it is unanswered: one object, that idle connections have none."""

    __slots__ = ("answer_by", "last_chance", "payload", "sent_at")

    def __init__(self, payload: bytes, answer_by: float) -> None:
        self.payload = payload
        self.sent_at = perf_counter()
        self.answer_by = answer_by  # when the peer is given up (the loop's time)
        self.last_chance = True  # whether what has arrived is still to be read before that


class Clock(PerLoop):
    """The keepalive timer of one event loop."""

    def __init__(self) -> None:
        self.buckets: dict[int, set[Keepalive]] = {}  # by tick: when it is due, in RESOLUTIONs
        self._timer: asyncio.TimerHandle | None = None  # for the earliest bucket
        self._next = 0  # the tick of the timer

    def add(self, connection: Keepalive, when: float) -> int:
        """Have ``connection`` called at ``when``, in the loop's time; return its bucket."""
        tick = int(when / RESOLUTION) + 1
        bucket = self.buckets.get(tick)
        if bucket is None:
            bucket = self.buckets[tick] = set()
        bucket.add(connection)
        if self._timer is None or tick < self._next:
            self._arm(tick, connection.loop)
        return tick

    def remove(self, connection: Keepalive, tick: int) -> None:
        bucket = self.buckets.get(tick)
        if bucket is not None:
            bucket.discard(connection)
            if not bucket:
                del self.buckets[tick]
                if not self.buckets:
                    self._disarm()

    def _arm(self, tick: int, loop: asyncio.AbstractEventLoop) -> None:
        self._disarm()
        self._next = tick
        self._timer = loop.call_at(tick * RESOLUTION, self._ring, loop)

    def _disarm(self) -> None:
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _ring(self, loop: asyncio.AbstractEventLoop) -> None:
        self._timer = None
        now = loop.time()
        payload = random.getrandbits(32).to_bytes(4, "big")
        for connection in self._take_due(now):
            connection._tick = 0
            connection._keep_alive(now, payload)
        if self.buckets:
            self._arm(min(self.buckets), loop)

    def _take_due(self, now: float) -> list[Keepalive]:
        """Take out who is due, as many as one turn of the loop bears; the next ring is at once."""
        due: list[Keepalive] = []
        for tick in sorted(tick for tick in self.buckets if tick * RESOLUTION <= now):
            bucket = self.buckets[tick]
            while bucket and len(due) < _RUNG_A_TURN:
                due.append(bucket.pop())
            if bucket:
                break
            del self.buckets[tick]
        return due


class Keepalive(Outbox):
    """``ping``, ``pong``, ``latency`` and the keepalive of one connection."""

    ping_interval: float | None = 20  # seconds; None for no keepalive
    ping_timeout: float | None = 20  # seconds to answer; None waits for ever
    latency: float = 0
    """Seconds between the last ping that was answered and its pong; 0 before (websockets 10.3)."""

    _pings: dict[bytes, Ping] | None = None  # those of `ping` that are unanswered, oldest first
    _owed_pong: bytes | None = None  # payload of the last ping that came while sending was paused
    _tick = 0  # bucket of the clock, 0 for none
    _probe: Probe | None = None  # the one that is unanswered
    _ping_at = 0.0  # when the next one is due (the loop's time)
    _taken_before = 0  # messages that the handler had taken, behind a full queue, a while ago
    _keepalive_future: asyncio.Future[None] | None = None  # `keepalive_ping_task`, if asked for

    @property
    def pings(self) -> Mapping[bytes, Ping]:
        """The pings that wait for a pong, by payload, oldest first."""
        return {} if self._pings is None else self._pings

    async def ping(self, data: str | bytes | None = None) -> asyncio.Future[float]:
        """Send a ping and return a future; its result is the latency in seconds.

        ``data`` is str or bytes-like, at most 125 bytes, random by default. Any pong for a later
        ping answers this one too. Waits as `send` does for a peer that does not read, and while
        4,096 pings are unanswered whose futures are not done. Raises ConnectionClosed; and
        ValueError if a ping with the same ``data`` is unanswered, or if ``data`` is too long. The
        future raises ConnectionClosed if the pong never comes.
        """
        await self._control_turn()
        if self._pings is not None and len(self._pings) >= MOST_PINGS:
            await self._until_answered()
        payload = self._new_payload() if data is None else _control_payload(data)
        if self._pings is not None and payload in self._pings:
            raise ValueError("already waiting for a pong with the same data")
        waiter = self.loop.create_future()
        if self._pings is None:
            self._pings = {}
        self._pings[payload] = Ping(waiter, perf_counter())
        self._put_control(FIN | PING, payload)
        if not len(self._pings) % _PINGS_A_TURN:
            self._flush_full(FLUSHES_A_TURN)
        return waiter

    async def pong(self, data: str | bytes = b"") -> None:
        """Send a pong that no ping asked for (RFC 6455 section 5.5.3). Raises as `ping`."""
        await self._control_turn()
        self._put_control(FIN | PONG, _control_payload(data))

    async def _control_turn(self) -> None:
        """Wait as `send` does, but for a fragmented message: a control frame may go in between."""
        if self._blocked & ~FRAGMENTING:
            await self._until_unblocked(FRAGMENTING)

    async def _until_answered(self) -> None:
        """Wait for the oldest ping's pong; one whose future was cancelled waits for nothing."""
        while self._pings is not None and len(self._pings) >= MOST_PINGS:
            payload, oldest = next(iter(self._pings.items()))
            if oldest.waiter.done():
                del self._pings[payload]
            else:
                await asyncio.wait({oldest.waiter})
                await self._control_turn()

    def _new_payload(self) -> bytes:
        while True:
            payload = random.getrandbits(32).to_bytes(4, "big")
            if self._pings is None or payload not in self._pings:
                return payload

    def _on_ping(self, payload: bytes) -> None:
        """Answer a ping; while the peer does not read, only the latest one (section 5.5.3)."""
        if self.state is not State.OPEN:
            return
        if self._blocked & PAUSED:
            self._owed_pong = payload
        else:
            self._put_control(FIN | PONG, payload)

    def resume_writing(self) -> None:
        """The buffer has drained (asyncio)."""
        super().resume_writing()
        payload, self._owed_pong = self._owed_pong, None
        if payload is not None:
            self._on_ping(payload)

    def _on_pong(self, payload: bytes) -> None:
        """A pong answers its ping and all that were sent before it."""
        probe = self._probe
        if probe is not None and payload == probe.payload:
            sent_at = probe.sent_at
            self._probe = None
        elif self._pings is not None and payload in self._pings:
            sent_at = self._pings[payload].sent_at
            if probe is not None and probe.sent_at < sent_at:
                self._probe = None
        else:
            return
        now = perf_counter()
        self.latency = now - sent_at
        if self._pings is not None:
            self._answer_pings(payload, sent_at, now)

    def _answer_pings(self, payload: bytes, sent_at: float, now: float) -> None:
        """Answer the pings up to that of ``payload``, or those before ``sent_at``."""
        pings = self._pings
        assert pings is not None
        ours = payload not in pings
        answered = []  # no copy of all: the peer may answer thousands one by one
        for earlier, ping in pings.items():
            if ours and ping.sent_at >= sent_at:
                break
            answered.append(earlier)
            if earlier == payload:
                break
        for earlier in answered:
            ping = pings.pop(earlier)
            if not ping.waiter.done():
                ping.waiter.set_result(now - ping.sent_at)
        if not pings:
            self._pings = None

    @property
    def _pong_awaited(self) -> bool:
        return any(not ping.waiter.done() for ping in self.pings.values())

    def abort_pings(self) -> None:
        """No pong will come: whoever waits for one gets ConnectionClosed (websockets 8.1)."""
        pings, self._pings = self._pings, None
        for ping in (pings or {}).values():
            if not ping.waiter.done():
                ping.waiter.set_exception(self.connection_closed_exc())
                ping.waiter.exception()  # nothing is logged where nobody waits

    # Keepalive: a ping every ping_interval, and ping_timeout to answer it.

    @property
    def keepalive_ping_task(self) -> asyncio.Future[None]:
        """Future that is done when keepalive ends. Cancelling it switches keepalive off."""
        if self._keepalive_future is None:
            self._keepalive_future = self.loop.create_future()
            if self.closed or self.ping_interval is None:
                self._keepalive_future.set_result(None)
            else:
                self._keepalive_future.add_done_callback(self._keepalive_ended)
        return self._keepalive_future

    def _keepalive_ended(self, future: asyncio.Future[None]) -> None:
        if future.cancelled():
            self._stop_keepalive()

    @property
    @abstractmethod
    def _reading_waits(self) -> bool:
        """Hook: whether the handler keeps us from reading on, and with it from any pong."""

    @property
    @abstractmethod
    def _taken(self) -> int:
        """Hook: how many messages the handler has taken."""

    @property
    def _waits_for_peer(self) -> bool:
        """Whether the handler itself is kept by the peer, which does not read: in a `send`."""
        return bool(self._blocked & PAUSED) and self._sender_waits

    def _start_keepalive(self) -> None:
        if self.ping_interval is not None:
            self._ping_at = self.loop.time() + self.ping_interval
            self._tick = Clock.of(self.loop).add(self, self._ping_at)

    def _stop_keepalive(self) -> None:
        if self._tick:
            Clock.of(self.loop).remove(self, self._tick)
            self._tick = 0
        if self._keepalive_future is not None and not self._keepalive_future.done():
            self._keepalive_future.set_result(None)

    @property
    def _keeps_alive(self) -> bool:
        ended = self._keepalive_future is not None and self._keepalive_future.done()
        return self.state is State.OPEN and self.ping_interval is not None and not ended

    def _keep_alive(self, now: float, payload: bytes) -> None:
        """The clock rings for this connection."""
        if not self._keeps_alive:
            return
        probe = self._probe
        if probe is None and now < self._ping_at:
            when = self._ping_at
        elif self._reading_waits and not self._waits_for_peer:
            when = self._probe_unread(now, payload)
        elif probe is None:
            when = self._probe_peer(now, payload)
        elif now < probe.answer_by:
            when = probe.answer_by
        elif probe.last_chance:
            probe.last_chance = False
            when = now  # whatever arrived while the loop was busy is read first
        else:
            self.fail_connection(1011, "keepalive ping timeout")
            return
        self._tick = Clock.of(self.loop).add(self, when)

    def _probe_peer(self, now: float, payload: bytes) -> float:
        """Send keepalive's ping; return when to look again."""
        assert self.ping_interval is not None
        self._ping_at = now + self.ping_interval
        self._put_frame(frame(FIN | PING, payload))
        if self.ping_timeout is None:
            return self._ping_at
        self._probe = Probe(payload, now + self.ping_timeout)
        return min(self._probe.answer_by, self._ping_at)

    def _probe_unread(self, now: float, payload: bytes) -> float:
        """While nothing is read, only a write finds out that the peer is gone: the same ping.

        And a write loses, if it is gone, what the handler has not read yet: none is made while the
        handler reads on, and comes to the end by itself.
        """
        assert self.ping_interval is not None
        self._excuse_pause()
        if now >= self._ping_at:
            self._ping_at = now + self.ping_interval
            before, self._taken_before = self._taken_before, self._taken
            if self._taken_before != before:
                return self._ping_at
            if self._probe is None:
                return self._probe_peer(now, payload)
            if not self._blocked & PAUSED:
                self._put_frame(frame(FIN | PING, self._probe.payload))
        return min(self._ping_at, now + (self.ping_timeout or 0))

    def _excuse_pause(self) -> None:
        """We read again: the time in which we did not is not counted against the peer."""
        if self._probe is not None and self.ping_timeout is not None:
            self._probe.answer_by = self.loop.time() + self.ping_timeout
            self._probe.last_chance = True


def _control_payload(data: Any) -> bytes:
    if isinstance(data, str):
        payload = data.encode()
    elif isinstance(data, (bytes, bytearray, memoryview)):
        payload = bytes(data)
    else:
        raise TypeError("data must be str or bytes-like")
    if len(payload) > MAX_CONTROL_PAYLOAD:
        raise ValueError(f"a ping or pong holds at most {MAX_CONTROL_PAYLOAD} bytes")
    return payload
