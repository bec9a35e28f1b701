"""What the one `recv` of a connection waits on, again and again.

A future is made for each wait, and a handle of the loop for each wake-up. With a thousand
connections and one message each, that is thousands of objects which live a turn of the loop:
what makes the garbage collector run. A `Waiter` stays, and wakes its task itself.
"""

from __future__ import annotations

import asyncio
from contextvars import Context
from itertools import repeat
from typing import Any, Callable, Generator


class Waiter:
    """Awaited by one task at a time.

    A task waits on whatever has ``_asyncio_future_blocking`` (`asyncio.isfuture`), and asks for
    what is public here; ``_loop`` stands for ``get_loop`` (CPython's ``futures._get_loop``).
    """

    __slots__ = ("_asyncio_future_blocking", "_debug", "_loop", "callback", "context", "result")

    _asyncio_future_blocking: bool  # set as it is awaited, and taken back by the task that takes it
    _debug: bool  # of the loop: it is to tell whose handler is slow
    callback: Callable[..., Any] | None  # wakes the task, and takes this object; None: not waiting
    context: Context  # to call it in
    result: Callable[[], Any]  # raises, if the task is to be woken by an exception

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._debug = loop.get_debug()
        self._asyncio_future_blocking = False
        self.callback = None
        self.result = bool  # any function in C that takes nothing

    def __await__(self) -> Generator[Any, None, None]:
        self._asyncio_future_blocking = True
        return repeat(self, 1)  # type: ignore[return-value] # any iterator does, one in C is fast

    def add_done_callback(self, callback: Callable[..., Any], *, context: Context) -> None:
        """Take what wakes the task."""
        self.callback, self.context = callback, context

    def cancel(self, msg: Any = None) -> bool:
        """Wake the task by CancelledError, in its turn; whether it was still waiting."""
        if self.callback is None:
            return False

        def raise_cancelled() -> None:
            self.result = bool
            raise asyncio.CancelledError() if msg is None else asyncio.CancelledError(msg)

        self.result = raise_cancelled
        self.wake_soon()
        return True

    def wake(self) -> None:
        """Wake the task now. To be called by the loop, with no task running."""
        callback = self.callback
        if callback is None:
            return
        if self._debug:
            self.wake_soon()
        else:
            self.callback = None
            self.context.run(callback, self)

    def wake_soon(self) -> None:
        """Wake the task in its turn, as a future does. Does nothing if it is woken already."""
        callback, self.callback = self.callback, None
        if callback is not None:
            self._loop.call_soon(callback, self, context=self.context)
