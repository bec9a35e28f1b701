"""Large reads: no more than a budget in one turn of the loop, then the first in line go on."""

from __future__ import annotations

import asyncio
import contextlib
from typing import Any

import pytest

from sanic_legacy_ws import ConnectionClosedError
from sanic_legacy_ws.connection import share
from sanic_legacy_ws.connection.intake import Intake
from tests.support.client import BINARY, PING, TEXT, encode_frame

from .rig import BOUND, connected, reading_paused, turns, until

READ = encode_frame(TEXT, b"x" * 1000) * 250  # 252,000 bytes, as much as a loop reads at once
BUDGET = 17  # of these in one turn

LARGE = bytes(range(256)) * (3 << 12)
FRAME = encode_frame(BINARY, LARGE)


async def several(stack: contextlib.AsyncExitStack, count: int, **settings: Any) -> list[Any]:
    """Return as many connections of one loop."""
    contexts = [connected(max_queue=None, **settings) for _ in range(count)]
    return [(await stack.enter_async_context(each))[0] for each in contexts]


async def in_line(stack: contextlib.AsyncExitStack, count: int) -> list[Any]:
    """Return connections that wait in line, in this order."""
    connections = await several(stack, count)
    for _ in range(BUDGET):
        connections[0].data_received(READ)
    for each in connections[1:]:
        each.data_received(READ)
    return connections


async def test_the_budget_is_that_of_the_loop() -> None:
    """Who finds it spent waits, however little it has read itself; in the next turn it goes on."""
    async with contextlib.AsyncExitStack() as stack:
        greedy, modest = await several(stack, 2)
        for _ in range(BUDGET - 1):
            greedy.data_received(READ)
        assert not reading_paused(greedy)
        modest.data_received(READ)
        assert [reading_paused(each) for each in (greedy, modest)] == [False, True]
        await until(lambda: not reading_paused(modest))
        assert len(modest.messages) == 250


async def test_small_reads_do_not_count() -> None:
    """Nor do they wait for those that read much."""
    async with contextlib.AsyncExitStack() as stack:
        greedy, small = await several(stack, 2)
        for _ in range(BUDGET):
            greedy.data_received(READ)
        small.data_received(READ[:100_800])
        assert [reading_paused(each) for each in (greedy, small)] == [True, False]


async def test_a_new_turn_has_a_budget_of_its_own() -> None:
    """What was read in earlier turns is forgotten."""
    async with connected(max_queue=None) as (ws, _peer):
        for _ in range(3):
            for _ in range(BUDGET - 1):
                ws.data_received(READ)
            assert not reading_paused(ws)
            await turns()


async def test_in_line() -> None:
    """Two go on in a turn, those first that waited longest; who comes meanwhile joins the line."""
    async with contextlib.AsyncExitStack() as stack:
        connections = await several(stack, 6)
        for _ in range(BUDGET):
            connections[0].data_received(READ)
        for each in connections[1:5]:
            each.data_received(READ)
        went_on = []
        late = connections[5]
        for _ in range(3):
            await turns(1)
            went_on.append([n for n, each in enumerate(connections) if not reading_paused(each)])
            if not reading_paused(late):
                late.data_received(READ)
        assert went_on == [[0, 1, 5], [0, 1, 2, 3], [0, 1, 2, 3, 4, 5]]


async def test_those_that_go_on_share_the_budget() -> None:
    """What one of them reads does not send the other to the end of the line."""
    async with contextlib.AsyncExitStack() as stack:
        connections = await in_line(stack, 5)
        await turns(1)
        first, second, *others = connections
        count = 0
        while not reading_paused(first):
            first.data_received(READ)
            count += 1
        assert count == BUDGET // 2 + 1
        second.data_received(READ)
        assert not reading_paused(second)
        assert all(reading_paused(each) for each in others)


async def test_taking_messages_is_no_way_past_the_line() -> None:
    """A `recv` empties the queue, but does not have the transport read before its turn."""
    async with contextlib.AsyncExitStack() as stack:
        connections = await in_line(stack, 5)
        last = connections[-1]
        for _ in range(2):
            await last.recv()
            await turns(1)
            assert reading_paused(last)
        await until(lambda: not reading_paused(last))


async def test_a_message_of_several_turns(monkeypatch: pytest.MonkeyPatch) -> None:
    """Reading into place waits in the middle, and goes on where it was."""
    monkeypatch.setattr(share, "_BUDGET", 1)
    waited: set[bool] = set()
    wait = share.Share.wait

    def note(self: share.Share, connection: Any) -> None:
        waited.add(isinstance(connection.transport.get_protocol(), Intake))
        wait(self, connection)

    monkeypatch.setattr(share.Share, "wait", note)
    async with connected(max_size=None) as (ws, peer):
        stream = [encode_frame(TEXT, b"a"), FRAME, FRAME, encode_frame(TEXT, b"b"), FRAME]
        sending = asyncio.ensure_future(peer.send(*stream))
        assert [await ws.recv() for _ in stream] == ["a", LARGE, LARGE, "b", LARGE]
        await sending
        assert ws.stats.bytes_received == peer.sent
        assert waited == {True, False}


async def test_large_messages_that_wait_in_the_system(monkeypatch: pytest.MonkeyPatch) -> None:
    """uvloop reads on while there is something to read, but no more than the budget in a turn."""
    monkeypatch.setattr(share, "_BUDGET", 1)
    async with connected(max_queue=None, max_size=None) as (ws, peer):
        count = 0
        peer.sock.setblocking(True)
        peer.sock.settimeout(0.05)
        frame = encode_frame(BINARY, bytes(500_000))
        with contextlib.suppress(OSError):
            while count < 20:
                peer.sock.sendall(frame)
                count += 1
        peer.sock.setblocking(False)
        assert count > 3
        before = 0
        while before < count:
            await asyncio.sleep(0)
            assert len(ws.messages) <= before + 1
            before = len(ws.messages)


@pytest.mark.parametrize("end", ["end", "reset"])
async def test_a_peer_that_goes_meanwhile(monkeypatch: pytest.MonkeyPatch, end: str) -> None:
    """What it sent before is read first."""
    monkeypatch.setattr(share, "_BUDGET", 1)
    async with connected(max_size=None) as (ws, peer):
        sending = asyncio.ensure_future(peer.send(FRAME, FRAME, FRAME[: 1 << 20]))
        assert [await ws.recv(), await ws.recv()] == [LARGE, LARGE]
        await sending
        await peer.arrival(ws)
        getattr(peer, end)()
        with pytest.raises(ConnectionClosedError):
            await asyncio.wait_for(ws.recv(), BOUND)
        assert ws.close_code == 1006


async def test_a_failure_in_the_read_that_spends_the_budget() -> None:
    """Reading goes on, queue full or not: the end of the stream is still to be found."""
    async with connected(max_queue=1) as (ws, peer):
        ws.data_received(encode_frame(TEXT, b"one"))
        for _ in range(BUDGET):
            ws.data_received(READ)
        ws.fail_connection(1002)
        await turns(5)
        assert not reading_paused(ws)
        peer.end()
        await asyncio.wait_for(ws.wait_closed(), BOUND)
        assert await ws.recv() == "one"


async def test_more_control_frames_than_one_turn_takes() -> None:
    """Who sends them waits in line with the others."""
    async with contextlib.AsyncExitStack() as stack:
        connections = await several(stack, 5)
        for each in connections:
            each.data_received(encode_frame(PING, b"") * 600 + encode_frame(TEXT, b"behind"))
        done = []
        for _ in range(3):
            await turns(1)
            done.append([len(each.messages) for each in connections])
        assert done == [[1, 1, 0, 0, 0], [1, 1, 1, 1, 0], [1, 1, 1, 1, 1]]


async def test_closing_past_a_full_queue() -> None:
    """What is only looked through for the peer's close frame is read once a turn."""
    async with connected(max_queue=1) as (ws, peer):
        ws.data_received(READ)
        closing = asyncio.ensure_future(ws.close(1000))
        await peer.read()
        await turns()
        for _ in range(3):
            ws.data_received(READ)
            assert reading_paused(ws)
            await turns()
            assert not reading_paused(ws)
        await peer.close(1000)
        await closing
