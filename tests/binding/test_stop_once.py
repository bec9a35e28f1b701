"""A server that stops is told so again, by a signal or by its app: that does no harm."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import textwrap
import time

import pytest

from tests.support import LOOPS, RawClient, running, sanic_version
from tests.support.manager import send_signal
from tests.support.server import WORKERS_SETTLE
from tests.support.versions import IF_EVERYTHING

CONFIG = {"GRACEFUL_SHUTDOWN_TIMEOUT": 8}
CLEANUP = 0.6  # seconds that each handler needs
HANDLERS = 6


@contextlib.contextmanager
def visitors(server):
    """Clients of handlers that clean up for a while when they are cancelled."""
    with contextlib.ExitStack() as stack:
        clients = []
        for key in range(HANDLERS):
            clients.append(stack.enter_context(RawClient(server)))
            clients[-1].handshake(f"/echo?key={key}&cleanup={CLEANUP}")
            server.wait_event("start", key=str(key))
        yield clients


def assert_stopped_well(server, clients):
    """Each client is told, each handler and each listener has come to its end, 0 is the code."""
    for client in clients:
        assert client.receive_close(15).close_code == 1001
        client.send_close(1001)
    assert server.wait(15) == 0, server.log
    assert len(server.events("finally")) == HANDLERS, server.log
    assert len(server.events("after_server_stop")) == server.workers, server.log
    assert "Traceback" not in server.log, server.log


@pytest.mark.parametrize(
    ("way", "number"),
    [
        ("protocol", signal.SIGINT),
        ("cli", signal.SIGTERM),
        pytest.param("install", signal.SIGINT, marks=IF_EVERYTHING),
        pytest.param("install", signal.SIGTERM, marks=IF_EVERYTHING),
    ],
)
def test_signal_to_the_whole_group(way, number):
    """Ctrl+C in a terminal, and systemd by default: main process and workers get it, and then the
    workers get Sanic's own."""
    with running("stopping", way=way, workers=2, config=CONFIG) as server:
        time.sleep(WORKERS_SETTLE)
        with visitors(server) as clients:
            send_signal(server.pid, number, to=os.killpg)
            assert_stopped_well(server, clients)


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_signals_one_after_the_other(loop, number):
    """A single process is signalled again and again while its handlers clean up."""
    with running("stopping", loop=loop, config=CONFIG) as server, visitors(server) as clients:
        for _ in range(4):
            server.send_signal(number)
            time.sleep(CLEANUP / 6)
        assert_stopped_well(server, clients)


SCRIPT = """
    import asyncio, os, signal, time
    from sanic import Sanic
    from sanic_legacy_ws.binding.stop_once import guard_stop

    async def main():
        loop = asyncio.get_running_loop()
        loop.add_signal_handler(signal.SIGINT, print, "handled")
        app.stop()
        os.kill(os.getpid(), signal.SIGINT)
        await asyncio.sleep(0.1)
        print("ignored")

    guard_stop()
    app = Sanic("told_again")
    loop = asyncio.new_event_loop()
    loop.run_until_complete(main())
    loop.close()
    try:
        os.kill(os.getpid(), signal.SIGINT)
        time.sleep(10)
    except KeyboardInterrupt:
        print("interrupted")
"""


@pytest.mark.skipif(sanic_version < (22, 3), reason="Sanic up to 21.12 has a guard of its own")
def test_signals_after_the_stop():
    """What a script does behind `app.run` can be interrupted, as ever."""
    done = subprocess.run(
        [sys.executable, "-c", textwrap.dedent(SCRIPT)],
        stdout=subprocess.PIPE,
        text=True,
        timeout=30,
    )
    assert done.stdout.split() == ["ignored", "interrupted"]


NEXT_TO_IT = """
    import asyncio, os, signal
    from sanic import Sanic
    from sanic_legacy_ws.binding.stop_once import guard_stop

    numbers = (signal.SIGINT, signal.SIGTERM)

    async def main():
        loop = asyncio.get_running_loop()
        remove = loop.remove_signal_handler

        def remove_and_meet_another(number):
            try:
                return remove(number)
            finally:
                os.kill(os.getpid(), number)

        for number in numbers:
            loop.add_signal_handler(number, print, "handled")
        loop.remove_signal_handler = remove_and_meet_another
        app.stop()
        await asyncio.sleep(0.1)
        print("ignored")

    guard_stop()
    app = Sanic("told_meanwhile")
    asyncio.new_event_loop().run_until_complete(main())
"""


@pytest.mark.skipif(sanic_version < (22, 3), reason="Sanic up to 21.12 has a guard of its own")
def test_a_signal_while_handlers_change():
    """One that comes when the loop's handler is gone already ends nothing, either."""
    command = [sys.executable, "-c", textwrap.dedent(NEXT_TO_IT)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=30)
    assert (done.returncode, done.stdout) == (0, "ignored\n"), done.stderr
