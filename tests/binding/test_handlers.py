"""How a handler ended is read off the task that Sanic keeps for it, and whatever closes."""

from __future__ import annotations

import asyncio

import pytest

from sanic_legacy_ws.binding.sanic_websocket import SanicWebSocket
from tests.connection.rig import connected, run
from tests.server.tools import APP, Visit
from tests.support import LOOPS, running, sanic_version

CODES = {"/return": 1000, "/raise": 1011, "/cancelled": 1000, "/cancel": 1000, "/close": 4001}


def code_of(visit):
    """The code of the server's close frame, behind what the handler says."""
    frame = visit.receive_frame()
    return frame.close_code if frame.opcode == 8 else visit.receive_close().close_code


@pytest.mark.parametrize("loop", LOOPS)
@pytest.mark.parametrize("path", CODES)
def test_connection_class_that_overrides_the_end(server, path, loop):
    """A `close` and `end_connection` of a subclass get the code that the handler's end asks for."""
    with Visit(server(APP, protocol="served:Overriding", loop=loop), path).open() as visit:
        assert code_of(visit) == CODES[path]


def test_stop_of_a_connection_class_that_overrides_the_end():
    """1001 at the end of the server, for a handler that is cancelled and one that returns."""
    with running(APP, protocol="served:Overriding") as started:
        visits = [Visit(started, path).open() for path in ("/sleep", "/swallow")]
        started.send_signal()
        for visit in visits:
            assert visit.receive_close().close_code == 1001
            visit.send_close(1001)
        assert started.wait() == 0
        for visit in visits:
            visit.disconnect()


@pytest.mark.skipif(sanic_version < (23, 12), reason="Sanic has this signal since 23.12")
def test_listener_that_closes(server):
    """What a listener of Sanic's signal closes with stands, though it runs in Sanic's own task."""
    started = server(APP, env={"TEST_CLOSE_AFTER": "4500"})
    with Visit(started, "/raise").open() as visit:
        assert code_of(visit) == 4500


def test_library_that_closes_normally(server):
    """A handshake from an HTTP route has no handler's task: its own 1000 stays 1000."""
    with Visit(server(APP), "/library-return") as visit:
        visit.handshake(visit.path)
        assert code_of(visit) == 1000


def test_many_tasks_that_wait_in_close():
    """Each is noted, and none of them costs a copy of all others."""

    async def main():
        async with connected(SanicWebSocket) as (ws, peer):
            tasks = [asyncio.ensure_future(ws.close()) for _ in range(3)]
            await asyncio.sleep(0)
            noted = ws._closers
            assert noted == set(tasks)
            tasks.append(asyncio.ensure_future(ws.close()))
            await asyncio.sleep(0)
            assert ws._closers is noted
            await peer.answer_close()
            await asyncio.gather(*tasks)
            assert ws._closers is noted
            assert not noted

    run(main)
