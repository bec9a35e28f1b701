"""What websockets 8 had as tasks: awaitables that users add callbacks to, or cancel."""

from __future__ import annotations

import asyncio

import pytest

from .rig import connected, turns

MILESTONES = ["transfer_data_task", "close_connection_task", "connection_lost_waiter"]


@pytest.mark.parametrize("name", MILESTONES)
async def test_milestones_end_with_the_connection(name: str) -> None:
    """Awaitables with callbacks, as users of websockets 8 had tasks; done again when asked late."""
    seen = []
    async with connected() as (ws, peer):
        milestone = getattr(ws, name)
        assert getattr(ws, name) is milestone
        assert not milestone.done()
        milestone.add_done_callback(seen.append)
        peer.reset()
        assert await milestone is None
        await turns()
        assert seen == [milestone]
        for late in MILESTONES:
            await getattr(ws, late)


@pytest.mark.parametrize("name", ["transfer_data_task", "close_connection_task"])
async def test_a_cancelled_task_drops_the_connection(name: str) -> None:
    """As cancelling websockets 8's tasks did."""
    async with connected() as (ws, _peer):
        getattr(ws, name).cancel()
        await ws.wait_closed()
        assert ws.close_code == 1006
        getattr(ws, name).cancel()
        await turns()


async def test_a_cancelled_waiter_leaves_the_connection_alone() -> None:
    """connection_lost_waiter can be waited for with a timeout, again and again."""
    async with connected() as (ws, peer):
        for _ in range(2):
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(ws.connection_lost_waiter, 0.01)
        assert ws.open
        peer.reset()
        await ws.connection_lost_waiter
