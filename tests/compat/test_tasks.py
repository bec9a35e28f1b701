"""A task whose first step is taken at once, on every Python."""

from __future__ import annotations

import asyncio

import pytest

from sanic_legacy_ws._compat.tasks import start_now


def run(main):
    return asyncio.run(asyncio.wait_for(main(), 10))


def test_first_step():
    """What stands before the first await has happened when the call returns."""

    async def main():
        seen = []

        async def work():
            seen.append(asyncio.current_task())
            await asyncio.sleep(0)
            seen.append(asyncio.current_task())
            return "done"

        task = start_now(work(), asyncio.get_event_loop())
        assert seen == [task]
        assert asyncio.current_task() is not task
        assert await task == "done"
        assert seen == [task, task]

    run(main)


def test_end_in_the_first_step():
    """A coroutine that never waits has its result; one that raises has its exception."""

    async def returns():
        return 1

    async def raises():
        raise ValueError("at once")

    async def main():
        loop = asyncio.get_event_loop()
        assert await start_now(returns(), loop) == 1
        with pytest.raises(ValueError, match="at once"):
            await start_now(raises(), loop)

    run(main)


def test_cancellation():
    """It is cancelled where it waits, and may clean up."""

    async def main():
        seen = []

        async def work():
            try:
                await asyncio.sleep(3600)
            except asyncio.CancelledError:
                await asyncio.sleep(0)
                seen.append("cleaned up")
                raise

        task = start_now(work(), asyncio.get_event_loop())
        await asyncio.sleep(0)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert seen == ["cleaned up"]

    run(main)


def test_timeouts():
    """What looks for the current task, as `wait_for` does, finds it in the first step."""

    async def main():
        async def work():
            with pytest.raises(asyncio.TimeoutError):
                await asyncio.wait_for(asyncio.sleep(3600), 0.01)
            return "timed out"

        assert await start_now(work(), asyncio.get_event_loop()) == "timed out"

    run(main)
