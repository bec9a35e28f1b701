"""Every claim over every guest, our own object and wrapped ones: `claims.py` says what differs."""

from __future__ import annotations

import contextlib
import socket
import time
import zlib
from importlib.util import find_spec

import pytest

from tests.faults.tools import rss
from tests.support import RawClient, running, websockets_version
from tests.support.client import CLOSE, CONT, PING, PONG, TEXT, encode_frame
from tests.support.versions import NEWEST
from tests.support.waiting import eventually

from .claims import CLAIMS, EXCEPTIONS, KEPT_SINCE, NOT_ALWAYS

NEEDS = {
    "minimal": "wsproto",
    "own": "sanic",
    "picows": "picows",
    "websockets_asyncio": "websockets.asyncio",
    "websockets_legacy": "websockets",
    "wrapped": "websockets",
    "wsproto": "wsproto",
}
MIB = 1 << 20
# They last long, and do not depend on Sanic: on the newest alone, as what a guest cannot keep.
FLOODS = {"keepalive", "pings", "queue", "vanished", "write"}
PATIENCE = 5  # seconds for what a guest may never send
GROWTH = 48 * MIB  # of a server that is flooded: far below what was sent
CONFIG = {"WEBSOCKET_TIMEOUT": 0.5}
KEEPALIVE = {**CONFIG, "WEBSOCKET_PING_INTERVAL": 0.3, "WEBSOCKET_PING_TIMEOUT": 0.3}


def claim(name):
    """Parametrize a test over all guests; one that cannot keep the claim has to fail."""

    def cases():
        for guest in NEEDS:
            why = EXCEPTIONS.get((guest, name))
            if not NEWEST and (why or name in FLOODS):
                continue
            strict = (guest, name) not in NOT_ALWAYS
            marks = [] if why is None else [pytest.mark.xfail(strict=strict, reason=why)]
            since = KEPT_SINCE.get((guest, name), ())
            if websockets_version < since:
                marks = [pytest.mark.xfail(strict=False, reason=f"kept since websockets {since}")]
            yield pytest.param(guest, marks=marks)

    assert name in CLAIMS
    return pytest.mark.parametrize("guest", list(cases()))


@pytest.fixture
def start(server):
    """Start a server whose WebSockets are guests of one kind, or ours."""

    def started(guest, config=CONFIG, start=server):
        module = NEEDS[guest]
        if find_spec(module.partition(".")[0]) is None or find_spec(module) is None:
            pytest.skip(f"{module} is not installed")
        return start("guests", protocol="guests:Protocol", env={"GUEST": guest}, config=config)

    return started


def push(client, data, seconds=3.0):
    """Send as much as the server takes; return how many bytes it took."""
    view, sent = memoryview(data), 0
    deadline = time.monotonic() + seconds
    client.sock.settimeout(0.5)
    with contextlib.suppress(socket.timeout, ConnectionError):
        while sent < len(data) and time.monotonic() < deadline:
            sent += client.sock.send(view[sent : sent + 65536])
    return sent


def settle(pid):
    """The memory of a process once it no longer grows."""
    last = rss(pid)
    while True:
        time.sleep(0.3)
        now = rss(pid)
        if now < last + MIB:
            return now
        last = now


@claim("early")
def test_early_frames(start, guest):
    """What came with the upgrade request is read first."""
    with RawClient(start(guest), timeout=PATIENCE) as client:
        client.handshake("/echo", extra=encode_frame(TEXT, b"early"))
        client.send_text("late")
        assert [client.receive_message() for _ in range(2)] == ["early", "late"]


@claim("limit")
def test_limit(start, guest):
    """A message of a byte more than the limit is refused, whole or in fragments."""
    guests = start(guest, {**CONFIG, "WEBSOCKET_MAX_SIZE": 1000})
    for pieces in ([1001], [500, 501]):
        with RawClient(guests) as client:
            client.handshake("/echo")
            for number, size in enumerate(pieces, 1):
                last = number == len(pieces)
                client.send_frame(TEXT if number == 1 else CONT, b"x" * size, fin=last)
            assert client.receive_close().close_code == 1009


@pytest.mark.parametrize("guest", ["own", "websockets_asyncio", "websockets_legacy", "wsproto"])
def test_limit_inflated(start, guest):
    """A message that inflates to 250 MiB is refused before it does."""
    guests = start(guest, {**CONFIG, "WEBSOCKET_COMPRESSION": "deflate"})
    deflater = zlib.compressobj(9, wbits=-15)
    bomb = b"".join(deflater.compress(bytes(MIB)) for _ in range(250))
    bomb += deflater.flush(zlib.Z_SYNC_FLUSH)
    with RawClient(guests) as client:
        client.handshake("/echo", headers=[("Sec-WebSocket-Extensions", "permessage-deflate")])
        before = rss(guests.pid)
        client.send_frame(TEXT, bomb[:-4], rsv=4)
        assert client.receive_close().close_code == 1009
        assert rss(guests.pid) < before + GROWTH


@claim("queue")
def test_reader_that_never_reads(start, guest):
    """What a handler does not read stays with the peer."""
    guests = start(guest)
    with RawClient(guests) as client:
        client.handshake("/sleep")
        client.receive_message()
        frames = encode_frame(2, bytes(16384)) * 64
        before = rss(guests.pid)
        taken = 0
        for _ in range(100):
            pushed = push(client, frames, 1.0)
            taken += pushed
            if pushed < len(frames):
                break
        assert settle(guests.pid) < before + GROWTH
        assert taken < 100 * len(frames)


@claim("write")
def test_peer_that_never_reads(start, guest):
    """A handler that sends for ever waits for its peer."""
    guests = start(guest, {**CONFIG, "WEBSOCKET_PING_INTERVAL": None})
    with RawClient(guests, rcvbuf=4096) as client:
        before = rss(guests.pid)
        client.handshake("/flood?key=write")
        time.sleep(1.5)
        assert rss(guests.pid) < before + GROWTH
        client.abort()
    guests.wait_event("gone", key="write")


@claim("pings")
def test_ping_flood(start, guest):
    """Pongs for a peer that never reads do not pile up."""
    guests = start(guest, {**CONFIG, "WEBSOCKET_PING_INTERVAL": None})
    with RawClient(guests, rcvbuf=4096) as client:
        client.handshake("/echo")
        before = rss(guests.pid)
        pings = encode_frame(PING, b"p" * 125) * 8192
        for _ in range(64):  # MiB, more than it may take
            whole = push(client, pings, 3.0) == len(pings)
            assert rss(guests.pid) < before + GROWTH
            if not whole:
                break


@claim("keepalive")
def test_peer_that_does_not_answer(start, guest):
    """Without a pong the connection ends, and so does its handler."""
    guests = start(guest, KEEPALIVE)
    with RawClient(guests) as client:
        client.handshake("/echo?key=mute")
        client.receive_to_end(timeout=PATIENCE)
    guests.wait_event("gone", key="mute")


@claim("keepalive")
def test_peer_that_answers(start, guest):
    """A peer that answers its pings stays."""
    config = {**KEEPALIVE, "WEBSOCKET_PING_TIMEOUT": 2}
    with RawClient(start(guest, config), timeout=PATIENCE) as client:
        client.handshake("/echo")
        for _ in range(4):
            ping = client.receive_frame()
            assert ping.opcode == PING
            client.send_frame(PONG, ping.payload)
        client.send_text("still here")
        frame = client.receive_frame()
        while frame.opcode == PING:
            client.send_frame(PONG, frame.payload)
            frame = client.receive_frame()
        assert frame.payload == b"still here"


@claim("vanished")
def test_peer_that_vanishes_behind_a_full_queue(start, guest):
    """Nothing is read any more, so nothing but a ping finds out."""
    guests = start(guest, {**KEEPALIVE, "WEBSOCKET_PING_TIMEOUT": 1})
    with RawClient(guests) as client:
        client.handshake("/sleep?key=vanished")
        client.receive_message()
        push(client, encode_frame(2, bytes(16384)) * 2000)
        client.abort()
    guests.wait_event("cancelled", PATIENCE, key="vanished")


@claim("cancel")
def test_recv_that_is_cancelled(start, guest):
    """Slow fragments and slow bytes are put together again."""
    with RawClient(start(guest)) as client:
        client.handshake("/impatient")
        for _ in range(3):
            client.send_frame(TEXT, b"x" * 100, fin=False)
            time.sleep(0.05)
            client.send_frame(CONT, b"y" * 100, fin=False)
            whole = encode_frame(CONT, b"z" * 100)
            client.send_raw(whole[:50])
            time.sleep(0.05)
            client.send_raw(whole[50:])
            assert client.receive_message() == "300"


@claim("orderly")
def test_orderly_end(start, guest):
    """The loop over the messages is over when the peer says goodbye."""
    with running_guest(start, guest) as guests, RawClient(guests) as client:
        client.handshake("/each")
        client.send_text("one")
        assert client.receive_message() == "one"
        client.close(1000)
        eventually(lambda: guests.events("over") or guests.events("failed"))
        assert not [each for each in guests.events("failed") if each["how"] != "CancelledError"]


@claim("left")
def test_what_is_left_when_the_peer_has_gone(start, guest):
    """A handler that is busy with the first message goes on to the others."""
    with running_guest(start, guest) as guests:
        with RawClient(guests) as client:
            client.handshake("/busy")
            client.send_text("1")
            guests.wait_event("busy")
            client.send_text("2")
            client.send_text("3")
            client.close(1000)
        guests.wait_event("busy no more", timeout=3)
        assert [each["what"] for each in guests.events("read")] == ["2", "3"]
        assert guests.events("busy no more")[0]["how"] == "CancelledError"


@contextlib.contextmanager
def running_guest(start, guest, config=CONFIG):
    with start(guest, config, running) as guests:
        yield guests


@pytest.mark.parametrize("guest", [*NEEDS, "coroutine", "plain"])
def test_stop(start, guest, monkeypatch):
    """The peer gets a close frame, though Sanic may close TCP right behind it."""
    monkeypatch.setitem(NEEDS, "coroutine", "websockets")
    monkeypatch.setitem(NEEDS, "plain", "websockets")
    with running_guest(start, guest) as guests, RawClient(guests) as client:
        client.handshake("/sleep")
        client.receive_message()
        guests.send_signal()
        frame = client.receive_frame()
        assert (frame.opcode, frame.close_code) in [(CLOSE, 1000), (CLOSE, 1001)]
        client.send_close(frame.close_code)
        client.receive_end()
        assert guests.wait(10) == 0
        log = guests.log
        assert "Traceback" not in log, log
        assert "rror" not in log, log
        assert "never retrieved" not in log, log
