"""What has a connection after the upgrade, and how its handler ended.

Sanic closes with 1000 however the handler ended. Here the handler's own task says how it did:
1011 if it raised, 1001 if the worker stops.
"""

from __future__ import annotations

import asyncio
import inspect
from types import TracebackType
from typing import Any

from ..exceptions import ConnectionClosed
from ..wire.close import CloseCode


class Upgraded:
    """What `UpgradableProtocol` asks of that which has a connection after the upgrade."""

    stopping: asyncio.Future[None] | None = None
    """Done when the worker begins to stop."""

    loop: asyncio.AbstractEventLoop
    close_timeout: float  # seconds that a handler has, once its connection is gone
    on_disconnect: str = "raise"

    handler_due = False
    """Whether Sanic makes a handler's task for it: not where a library upgrades an HTTP route."""

    stops_at: float | None = None
    """When Sanic waits no longer for handlers that clean up, in the loop's time."""

    handler_ended = False
    _handler: asyncio.Future[Any] | None = None  # the handler's task, while it runs
    # The handler's exception, and its traceback as far as it is the handler's own.
    _failure: tuple[BaseException, TracebackType | None] | None = None
    _code_of_end: int | None = None  # what the end of the handler asks for instead of 1000
    _handler_deadline: asyncio.TimerHandle | None = None

    @property
    def open(self) -> bool:
        """Whether nobody has begun to close the connection."""
        raise NotImplementedError

    @property
    def closed(self) -> bool:
        """Whether the connection is gone."""
        raise NotImplementedError

    @property
    def waited_on(self) -> bool:
        """Whether a task waits on the connection, and will be told when it is gone."""
        raise NotImplementedError

    @property
    def unread(self) -> bool:
        """Whether there are messages that a handler can still read."""
        raise NotImplementedError

    @property
    def unread_size(self) -> int:
        """How long the messages are that nobody has read, as far as one can see."""
        return 0

    @property
    def unsent(self) -> int:
        """How many bytes the transport has still to send, as far as it tells."""
        raise NotImplementedError

    def drop(self) -> None:
        """Drop the connection now, whatever is still to be sent."""
        raise NotImplementedError

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Begin to close the connection; does not wait."""
        raise NotImplementedError

    def left(self) -> None:
        """The connection is gone."""

    # What `HandlerTasks` tells.

    def handler_made(self, task: asyncio.Future[Any]) -> None:
        """The handler's task was made; it has not begun yet."""
        self._handler = task
        task.add_done_callback(self._note_failure)

    def _note_failure(self, task: asyncio.Future[Any]) -> None:
        """The handler is over; Sanic gets its exception after this."""
        error = None if task.cancelled() else task.exception()
        if error is not None:
            self._failure = error, error.__traceback__

    def handler_over(self, task: asyncio.Future[Any]) -> None:
        """The handler's task is over: what closes with 1000 from now on is not the handler."""
        self._handler = None  # its exception leads back here
        self._code_of_end = self.code_for(task)
        self.end_handler()

    def release(self) -> None:
        """Connection and handler are over: nothing here may hold what was not read.

        Sanic's frame has caught the handler's exception and holds its task: a circle, and this
        object in it, until the garbage collector comes.
        """
        if self._failure is not None:
            error, traceback = self._failure
            self._failure = None
            error.__traceback__ = traceback

    def _resolve(self, code: int) -> int:
        """Return ``code``, or instead of 1000 what the end of the handler asks for."""
        if code == CloseCode.NORMAL_CLOSURE and self._code_of_end is not None:
            return self._code_of_end
        return code

    def code_for(self, task: asyncio.Future[Any]) -> int | None:
        """Return the close code that the end of the handler's task asks for, if any."""
        if task.done() and not task.cancelled():
            error = task.exception()
            if error is not None and not isinstance(error, ConnectionClosed):
                return CloseCode.INTERNAL_ERROR
        return CloseCode.GOING_AWAY if self.worker_stops else None

    @property
    def worker_stops(self) -> bool:
        """Whether the worker has begun to stop."""
        return self.stopping is not None and self.stopping.done()

    # What happens to the handler when the connection is gone (WEBSOCKET_ON_DISCONNECT).

    def let_go(self, task: asyncio.Task[Any], needed: bool) -> None:
        """Cancel the handler's task, at once or after ``close_timeout`` seconds.

        ``needed``: something waited on the socket and now gets ConnectionClosed, or there are
        messages left to read. A handler that did not begin yet is to find that out itself.
        """
        if self.handler_ended:
            return
        needed = needed or not self._handler_began
        cleans_up = self.worker_stops  # cancelled already: once is enough
        if not cleans_up and (self.on_disconnect == "cancel" or not needed):
            self._cancel_handler(task)
        else:
            end = self.loop.time() + self.close_timeout
            if cleans_up and self.stops_at is not None:
                end = self.stops_at
            self._handler_deadline = self.loop.call_at(end, self._cancel_handler, task)

    @property
    def _handler_began(self) -> bool:
        """Whether the handler has taken its first step. A peer can come and go before that."""
        if self._handler is None:
            return not self.handler_due
        coroutine = getattr(self._handler, "get_coro", lambda: None)()
        if not inspect.iscoroutine(coroutine):
            return True
        return inspect.getcoroutinestate(coroutine) != inspect.CORO_CREATED

    def _cancel_handler(self, task: asyncio.Task[Any]) -> None:
        """Cancel it, again and again if it swallows that: no handler outlives its connection."""
        if task.done() or self.handler_ended:
            return
        task.cancel()
        self._handler_deadline = self.loop.call_later(
            self.close_timeout, self._cancel_handler, task
        )

    def end_handler(self) -> None:
        """The handler is done: nothing of it is left to cancel."""
        self.handler_ended = True
        if self._handler_deadline is not None:
            self._handler_deadline.cancel()


def unsent(transport: Any) -> int:
    """Return how many bytes ``transport`` has still to send; 0 for one that does not tell."""
    tell = getattr(transport, "get_write_buffer_size", None)
    return 0 if tell is None else int(tell())
