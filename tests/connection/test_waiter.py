"""What a `recv` waits on: as a future to the task that waits, and used again."""

from __future__ import annotations

import asyncio
import sys
from contextvars import ContextVar
from typing import Any

import pytest

from sanic_legacy_ws.connection.waiter import Waiter

from .rig import turns

NAME: ContextVar[str] = ContextVar("NAME", default="nobody")


async def waits(waiter: Any) -> Any:
    """Wait once."""
    return await waiter


def waiting(waiter: Waiter, task: Any = None) -> Any:
    """A task that waits on ``waiter``; of asyncio's class in C, or of ``task``."""
    make = task or asyncio.ensure_future
    return make(waits(waiter))


def python_task(coroutine: Any) -> Any:
    """A task of asyncio's class in Python, as debuggers and other interpreters have them."""
    return asyncio.tasks._PyTask(coroutine, loop=asyncio.get_running_loop())  # type: ignore[attr-defined]


TASKS = pytest.mark.parametrize("task", [None, python_task], ids=["C", "Python"])


@TASKS
async def test_a_task_waits_until_it_is_woken(task: Any) -> None:
    """Again and again, on the same object."""
    waiter = Waiter(asyncio.get_running_loop())
    for _ in range(3):
        task_ = waiting(waiter, task)
        await turns()
        assert not task_.done()
        waiter.wake_soon()
        assert not task_.done()
        assert await task_ is None


async def test_it_is_a_future_to_asyncio() -> None:
    """By the rule that `asyncio.isfuture` names."""
    assert asyncio.isfuture(Waiter(asyncio.get_running_loop()))


async def test_woken_once() -> None:
    """The second wake-up finds nobody."""
    waiter = Waiter(asyncio.get_running_loop())
    task = waiting(waiter)
    await turns()
    waiter.wake_soon()
    waiter.wake_soon()
    await task
    waiter.wake_soon()


@TASKS
async def test_cancelled(task: Any) -> None:
    """The task gets CancelledError, with the message from 3.11 on, and the next one can wait."""
    waiter = Waiter(asyncio.get_running_loop())
    first = waiting(waiter, task)
    await turns()
    assert first.cancel() if sys.version_info < (3, 9) else first.cancel("enough")
    assert not waiter.cancel()
    with pytest.raises(asyncio.CancelledError) as caught:
        await first
    if sys.version_info >= (3, 11):
        assert caught.value.args == ("enough",)
    second = waiting(waiter, task)
    await turns()
    waiter.wake_soon()
    assert await second is None


@TASKS
async def test_cancelled_once_woken(task: Any) -> None:
    """CancelledError, too: nothing of the wake-up is left for the next one."""
    waiter = Waiter(asyncio.get_running_loop())
    first = waiting(waiter, task)
    await turns()
    waiter.wake_soon()
    first.cancel()
    with pytest.raises(asyncio.CancelledError):
        await first
    second = waiting(waiter, task)
    await turns()
    assert not second.done()
    waiter.wake_soon()
    await second


async def test_cancelled_before_it_waits() -> None:
    """The wait that begins is cancelled at once."""
    waiter = Waiter(asyncio.get_running_loop())

    async def cancels_itself() -> None:
        asyncio.current_task().cancel()  # type: ignore[union-attr]
        await waiter

    with pytest.raises(asyncio.CancelledError):
        await asyncio.ensure_future(cancels_itself())
    assert waiter.callback is None


async def test_a_loop_of_another(recwarn: pytest.WarningsRecorder) -> None:
    """A task of another loop is told, as by a future."""
    other = asyncio.new_event_loop()
    try:
        with pytest.raises(RuntimeError, match="attached to a different loop"):
            await waits(Waiter(other))
    finally:
        other.close()


async def test_woken_in_its_own_context() -> None:
    """What the task has set in a context variable it finds there, and nobody else does."""
    waiter = Waiter(asyncio.get_running_loop())

    async def named() -> str:
        NAME.set("handler")
        await waiter
        return NAME.get()

    task = asyncio.ensure_future(named())
    await turns()
    waiter.wake_soon()
    assert await task == "handler"
    assert NAME.get() == "nobody"
