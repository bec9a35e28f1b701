"""One peer that does its worst: `python -m tests.faults.bad_peer PORT KIND`, until killed."""

from __future__ import annotations

import contextlib
import sys
import time
import zlib

from tests.support import RawClient
from tests.support.client import BINARY, CONT, PING, TEXT, encode_frame


def pings(client: RawClient) -> None:
    """Empty pings as fast as TCP takes them, and no pong is ever read."""
    client.handshake("/deaf")
    repeat(client, encode_frame(PING) * 10_000)


def fragments(client: RawClient) -> None:
    """Empty fragments of a message without end."""
    client.handshake("/sink")
    client.send_frame(TEXT, b"x", fin=False)
    repeat(client, encode_frame(CONT, fin=False) * 10_000)


def texts(client: RawClient) -> None:
    """Empty messages."""
    client.handshake("/sink")
    repeat(client, encode_frame(TEXT) * 10_000)


def unread(client: RawClient) -> None:
    """Has 1,000 messages of 64 KiB sent by 1,000 tasks, and reads a byte now and then."""
    client.handshake("/queue?n=1000")
    while client.sock.recv(1000):
        time.sleep(0.01)


def reading(client: RawClient) -> None:
    """Has messages of 64 KiB sent as fast as it can read them."""
    client.handshake("/flood?n=1000000")
    while client.sock.recv(1 << 20):
        pass


def bombs(client: RawClient) -> None:
    """A message that inflates to 1 GiB, a new connection each."""
    client.handshake("/sink", headers=[("Sec-WebSocket-Extensions", "permessage-deflate")])
    packer = zlib.compressobj(9, zlib.DEFLATED, -15)
    packed = packer.compress(bytes(1 << 20)) + packer.flush(zlib.Z_FULL_FLUSH)
    client.send_frame(BINARY, packed * 1000, rsv=4)
    client.receive_to_end()


def churn(client: RawClient) -> None:
    """Connects and resets."""
    client.handshake("/echo")
    client.abort()


KINDS = {kind.__name__: kind for kind in (pings, fragments, texts, unread, reading, bombs, churn)}


def repeat(client: RawClient, data: bytes) -> None:
    while True:
        client.send_raw(data)


def main() -> None:
    port, kind = int(sys.argv[1]), KINDS[sys.argv[2]]
    print("started", flush=True)
    while True:
        with contextlib.suppress(OSError, EOFError), RawClient(
            ("127.0.0.1", port), rcvbuf=0 if kind is reading else 4096
        ) as client:
            kind(client)


if __name__ == "__main__":
    main()
