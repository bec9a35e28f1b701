"""What one peer can make the server hold: each with its limit."""

from __future__ import annotations

import random
import struct
import zlib

import pytest

from tests.support import RawClient
from tests.support.client import BINARY, CONT, PING, TEXT, encode_frame
from tests.support.waiting import eventually

from .tools import CALM, assert_quiet, assert_serves, rss

MIB = 1 << 20
MAX_SIZE = 1 << 20  # WEBSOCKET_MAX_SIZE's default


@pytest.fixture
def faults(server, loop):
    started = server("faults", loop=loop, config=CALM)
    yield started
    assert_serves(started)
    assert_quiet(started)


@pytest.fixture
def client(faults):
    with RawClient(faults, timeout=20) as connected:
        yield connected


def warm(server):
    """Memory use of a server that has served before."""
    assert_serves(server)
    return rss(server.pid)


def refused(client):
    """The code of the server's close frame."""
    code = client.receive_close().close_code
    client.receive_end()
    return code


def test_ping_flood_of_a_peer_that_does_not_read(faults, loop):
    """200,000 pings of 125 bytes: pongs are coalesced (section 5.5.3), 8 MiB more at most."""
    before = warm(faults)
    pings = encode_frame(PING, bytes(125)) * 10_000
    with RawClient(faults, rcvbuf=4096, timeout=20) as client:
        client.handshake("/deaf")
        for _ in range(20):
            client.send_raw(pings)
        assert_responds(faults)
        assert rss(faults.pid) < before + 8 * MIB
        client.send_frame(PING, b"last")
        pongs = 0
        while client.receive_frame().payload != b"last":
            pongs += 1
        assert pongs < 100_000
        client.abort()


def assert_responds(server):
    """Whatever was sent before on other connections is read by then, or never will be."""
    with RawClient(server) as other:
        other.handshake("/echo")
        for _ in range(20):
            other.send_text("x")
            assert other.receive_message() == "x"
        other.close()


def test_fragments_without_end(faults, client):
    """A message of 1 MiB in fragments of 16 bytes is a message, its next byte one too many."""
    before = warm(faults)
    client.handshake("/sink")
    client.send_frame(BINARY, fin=False)
    fragments = encode_frame(CONT, bytes(16), fin=False) * 1024
    for _ in range(64):
        client.send_raw(fragments)
    assert_responds(faults)
    assert rss(faults.pid) < before + 8 * MIB
    client.send_frame(CONT, b"x")
    assert refused(client) == 1009


def test_empty_fragments_without_end(faults, client):
    """200,000 empty fragments hold nothing."""
    before = warm(faults)
    client.handshake("/echo")
    client.send_frame(TEXT, fin=False)
    for _ in range(200):
        client.send_raw(encode_frame(CONT, fin=False) * 1000)
    client.send_frame(CONT, b"end")
    assert client.receive_message() == "end"
    assert rss(faults.pid) < before + 4 * MIB


@pytest.mark.parametrize(
    ("length", "code"),
    [(MAX_SIZE + 1, 1009), (1 << 40, 1009), ((1 << 63) - 1, 1009), (1 << 63, 1002)],
)
def test_length_that_is_only_claimed(faults, client, length, code):
    """A header is judged before anything is kept for what it claims."""
    before = warm(faults)
    client.handshake("/sink")
    client.send_frame(BINARY, b"", length=length)
    assert refused(client) == code
    assert rss(faults.pid) < before + 2 * MIB


def test_control_frame_over_its_limit(client):
    """125 bytes (section 5.5), close frames too."""
    client.handshake("/sink")
    client.send_frame(PING, bytes(126))
    assert refused(client) == 1002


@pytest.mark.parametrize("path", ["/echo", "/deaf"])
def test_decompression_bomb(faults, client, path):
    """About 1 GiB in 1 MiB: 1009, and 8 MiB more at most."""
    before = warm(faults)
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(MIB)) + packer.flush(zlib.Z_FULL_FLUSH)
    bomb = packed * (MAX_SIZE // len(packed))
    assert len(bomb) > 1000 * len(packed)
    client.handshake(path, headers=[("Sec-WebSocket-Extensions", "permessage-deflate")])
    client.send_frame(BINARY, bomb, rsv=4)
    assert refused(client) == 1009
    assert rss(faults.pid) < before + 8 * MIB


def test_frames_byte_by_byte(faults):
    """100 peers that send a byte now and then hold little, and nobody up."""
    before = warm(faults)
    frame = encode_frame(TEXT, b"slowly")
    peers = [RawClient(faults) for _ in range(100)]
    for peer in peers:
        peer.handshake("/echo")
    for position in range(len(frame)):
        for peer in peers:
            peer.send_raw(frame[position : position + 1])
        assert_responds(faults)
    for peer in peers:
        assert peer.receive_message() == "slowly"
    assert rss(faults.pid) < before + 100 * 128 * 1024
    for peer in peers:
        peer.close()


def test_send_timeout(loop, server):
    """WEBSOCKET_SEND_TIMEOUT: the connection of a peer that does not read fails."""
    config = {**CALM, "WEBSOCKET_SEND_TIMEOUT": 0.3}
    faults = server("faults", loop=loop, config=config)
    with RawClient(faults, rcvbuf=4096) as client:
        client.handshake("/flood?n=1000")
        event = faults.wait_event("flood", end="ConnectionClosedError(1006, '')")
        assert event["sent"] < 1000
    assert_serves(faults)


def test_garbage(faults):
    """200 connections that send noise: each is refused or waits for more, none does harm."""
    noise = random.Random(4)
    for _ in range(200):
        with RawClient(faults) as client:
            client.handshake("/echo")
            client.send_raw(struct.pack("8Q", *(noise.getrandbits(64) for _ in range(8))))


def test_data_after_a_refusal_is_ignored(faults, client):
    """What follows the frame that broke the protocol is read and dropped."""
    client.handshake("/sink")
    seen = len(faults.events("sink"))
    client.send_raw(encode_frame(TEXT, b"ok") + encode_frame(3, b"bad"))
    client.send_raw(encode_frame(TEXT, b"x" * 1000) * 1000)
    assert client.receive_close().close_code == 1002
    client.abort()
    eventually(lambda: len(faults.events("sink")) > seen)
    assert faults.events("sink")[-1]["size"] == 2
