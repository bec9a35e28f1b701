"""A server that stops tells all its peers, and ends with 0 within the graceful time."""

from __future__ import annotations

import contextlib
import os
import select
import shutil
import signal

import pytest

from tests.support import RawClient, running, sanic_version
from tests.support.reloading import touch_until
from tests.support.server import APPS
from tests.support.waiting import eventually

from .tools import assert_quiet

GRACEFUL = 6
CONFIG = {
    "WEBSOCKET_PING_INTERVAL": None,
    "WEBSOCKET_TIMEOUT": 1,
    "GRACEFUL_SHUTDOWN_TIMEOUT": GRACEFUL,
}
MANAGED = pytest.mark.skipif(sanic_version < (22, 9), reason="there is no manager before 22.9")


@contextlib.contextmanager
def clients(server, *paths):
    """A connected client for each path."""
    with contextlib.ExitStack() as stack:
        opened = []
        for path in paths:
            client = stack.enter_context(RawClient(server))
            client.handshake(path)
            opened.append(client)
        yield opened


def said(client, answers=True):
    """The code of the server's close frame, answered or not."""
    code = client.receive_close(20).close_code
    if answers:
        with contextlib.suppress(ConnectionError):
            client.send_close(code)
    return code


@pytest.mark.parametrize(
    "number", [signal.SIGTERM, pytest.param(signal.SIGINT, marks=pytest.mark.slow)]
)
@pytest.mark.parametrize("connections", [50, pytest.param(500, marks=pytest.mark.slow)])
def test_every_peer_is_told(loop, connections, number):
    """Each gets 1001: idle or waited on, whether it answers the close frame or not."""
    paths = ["/echo", "/echo", "/echo", "/echo", "/forever"] * (connections // 5)
    with running("faults", loop=loop, config=CONFIG) as server, clients(server, *paths) as opened:
        server.send_signal(number)
        codes = {said(client, answers=index % 10 != 0) for index, client in enumerate(opened)}
        assert codes == {1001}
        assert server.wait(GRACEFUL + 5) == 0
        assert_quiet(server)


def test_handlers_that_go_on(loop):
    """A handler that cleans up too long, or swallows its cancellations, does not hold it up."""
    paths = ["/stubborn?n=1000", "/cleanup", "/deaf", "/flood?n=1000"]
    with running("faults", loop=loop, config=CONFIG) as server, clients(server, *paths) as opened:
        server.wait_event("stubborn")
        server.send_signal()
        assert [said(client) for client in opened[:3]] == [1001] * 3
        assert server.wait(GRACEFUL + 5) == 0


@MANAGED
@pytest.mark.slow
def test_sigkill_of_one_worker(loop):
    """Its peers see the end of the connection, those of the other worker nothing at all."""
    with running("faults", loop=loop, workers=2, config=CONFIG) as server:
        with clients(server, *["/who"] * 30) as opened:
            workers = [int(client.receive_message()) for client in opened]
            first, *others = sorted(set(workers), key=workers.count)
            assert others, "one worker took all connections"
            os.kill(first, signal.SIGKILL)
            for client, worker in zip(opened, workers):
                if worker == first:
                    assert client.receive_end() in ("eof", "reset")
                else:
                    client.send_text("still there?")
                    assert client.receive_message() == "still there?"
            server.send_signal()
            assert {said(c) for c, worker in zip(opened, workers) if worker != first} == {1001}
        assert server.wait(GRACEFUL + 5) == 0


@MANAGED
@pytest.mark.slow
def test_restart_of_the_workers(loop):
    """Sanic's manager restarts them: peers get 1001, and the new worker serves."""
    with running("faults", loop=loop, single_process=False, config=CONFIG) as server:
        with clients(server, *["/who"] * 50) as opened:
            before = {client.receive_message() for client in opened}
            with RawClient(server) as client:
                client.request("/reload", headers=[("Connection", "close")])
            assert {said(client) for client in opened} == {1001}
        eventually(lambda: worker_of(server) not in {*before, None})
        assert server.stop(timeout=GRACEFUL + 5) == 0
        assert_quiet(server)


@MANAGED
@pytest.mark.slow
def test_auto_reload(loop, tmp_path):
    """A changed file restarts the worker in the same way."""
    for name in ("faults.py", "reporting.py"):
        shutil.copy(str(APPS / name), str(tmp_path / name))
    reload = {"auto_reload": True, "reload_dir": str(tmp_path)}
    # Not strict: in development mode, Sanic's reloader leaves sockets and a loop unclosed.
    with running(
        "faults", loop=loop, single_process=False, config=CONFIG, run=reload, strict=False
    ) as server, clients(server, *["/who"] * 50) as opened:
        before = {client.receive_message() for client in opened}
        touch_until(str(tmp_path / "faults.py"), lambda: readable(opened[0]))
        assert {said(client) for client in opened} == {1001}
        eventually(lambda: worker_of(server) not in {*before, None})
        assert server.stop(timeout=GRACEFUL + 5) == 0


def readable(client):
    return bool(select.select([client.sock], [], [], 0)[0])


def worker_of(server):
    """The process id of the worker that takes a new connection, None for no such worker yet."""
    with contextlib.suppress(OSError, EOFError), RawClient(server) as client:
        client.handshake("/who")
        pid = client.receive_message()
        client.close()
        return pid
    return None
