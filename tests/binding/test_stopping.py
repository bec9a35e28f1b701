"""What a server that stops waits for: peers that read, handlers that clean up, and no one else."""

from __future__ import annotations

import contextlib
import resource
import select
import time

import pytest

from tests.support import LOOPS, RawClient, running
from tests.support.waiting import eventually

PATIENCE = 6  # seconds for a stop here: less than WEBSOCKET_TIMEOUT, which is 10 by default
CONFIG = {"GRACEFUL_SHUTDOWN_TIMEOUT": 15, "WEBSOCKET_PING_INTERVAL": None}


@pytest.fixture(params=LOOPS)
def server(request):
    with running("stopping", loop=request.param, config=CONFIG) as started:
        yield started


@contextlib.contextmanager
def visit(server, path, key, **options):
    with RawClient(server, **options) as client:
        client.handshake(f"{path}{'&' if '?' in path else '?'}key={key}")
        server.wait_event("start", key=key)
        yield client


def ready(client):
    """Whether there is something to read, or the end."""
    return bool(select.select([client.sock], [], [], 0)[0])


def test_silent_peers(server):
    """A peer that does not answer its close frame is waited for no longer than a second."""
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(visit(server, "/echo", str(key))) for key in range(5)]
        server.send_signal()
        for client in clients:
            assert client.receive_close().close_code == 1001
        assert server.wait(PATIENCE) == 0


@pytest.mark.slow
def test_a_thousand_connections(server):
    """Half of a thousand are silent: the others are told, and it takes no longer than with one."""
    number = 1000
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))
    with contextlib.ExitStack() as stack:
        clients = [stack.enter_context(RawClient(server)) for _ in range(number)]
        for key, client in enumerate(clients):
            client.handshake(f"/echo?key={key}")
        eventually(lambda: len(server.events("start")) == number)
        server.send_signal()
        for client in clients[::2]:
            assert client.receive_close().close_code == 1001
            client.send_close(1001)
        assert server.wait(PATIENCE) == 0
        assert len(server.events("finally")) == number


def test_connections_that_end_already(server):
    """One that waits for its peer's close frame and one that has failed are dropped at once."""
    with contextlib.ExitStack() as stack:
        open_ = stack.enter_context(visit(server, "/echo", "open"))
        closing = stack.enter_context(visit(server, "/close", "closing"))
        failed = stack.enter_context(visit(server, "/echo", "failed"))
        assert closing.receive_close().close_code == 1000
        failed.send_raw(b"\xff\xff")
        assert failed.receive_close().close_code == 1002
        server.send_signal()
        assert open_.receive_close().close_code == 1001
        for client in (closing, failed):
            assert client.receive_end() in ("eof", "reset")
        assert not ready(open_)
        assert server.wait(PATIENCE) == 0


def test_peer_that_reads_slowly(server):
    """One that goes on to read gets all that was sent, and its close frame.

    It takes so little that the system does not let the server write for longer than a second.
    """
    size = 4 << 20
    with visit(server, f"/farewell?size={size}", "slow", rcvbuf=1 << 16) as client:
        server.send_signal()
        received, piece, end = 0, b"-", b""
        while piece:
            piece = client.sock.recv(1 << 18)
            received += len(piece)
            end = (end + piece)[-4:]
            time.sleep(0.12)
        assert (received > size, end) == (True, b"\x88\x02\x03\xe9")


def test_handlers_that_clean_up():
    """They have GRACEFUL_SHUTDOWN_TIMEOUT, though their silent peer is gone by then."""
    config = {**CONFIG, "WEBSOCKET_TIMEOUT": 1}
    with running("stopping", config=config) as server, visit(
        server, "/echo?cleanup=3", "cleans-up"
    ) as client:
        server.send_signal()
        assert client.receive_close().close_code == 1001
        client.receive_end()
        assert not server.events("finally")
        assert server.wait(PATIENCE) == 0
        assert server.events("finally")
