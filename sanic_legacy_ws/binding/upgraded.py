"""What has a connection after the upgrade, and how its handler ended.

Sanic closes with 1000 however the handler ended. Here the handler's own task says how it did:
1011 if it raised, 1001 if the worker stops.
"""

from __future__ import annotations

import asyncio
import inspect
from contextvars import ContextVar
from types import TracebackType
from typing import Any, Callable

from ..exceptions import ConnectionClosed
from ..wire.close import CloseCode

# The id of the connection that a task serves: the handler's tasks inherit it from Sanic's.
SERVED: ContextVar[int] = ContextVar("SERVED", default=0)

# By so many turns of the loop a cancelled handler is ahead of all others that are told of the end.
# As many passed on Sanic 21.6 after a close frame, where `recv` waited for websockets' own tasks:
# a handler that cancels its children never sees them fail.
_TURNS_AHEAD = 4


class Upgraded:
    """What `UpgradableProtocol` asks of that which has a connection after the upgrade."""

    stopping: asyncio.Future[None] | None = None
    """Done when the worker begins to stop."""

    loop: asyncio.AbstractEventLoop
    close_timeout: float  # seconds that a handler has, once its connection is gone
    on_disconnect: str = "cancel"

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
    _task: asyncio.Task[Any] | None = None  # Sanic's, which waits for the handler
    _closers: frozenset[Any] = frozenset()  # tasks that wait in `close`
    _goes_on = False  # the connection is gone; the handler is cancelled when it asks for more

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
        task.add_done_callback(_hush)
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

    def answered_by_http(self) -> None:
        """Sanic up to 21.6 has let out what the handler raised, a WebSocket's or a route's."""
        known = self.handler_ended
        self.end_handler()
        self.end_connection(CloseCode.NORMAL_CLOSURE if known else CloseCode.INTERNAL_ERROR)

    def _resolve(self, code: int) -> int:
        """Return ``code``, or instead of 1000 what the end of the handler asks for."""
        if code == CloseCode.NORMAL_CLOSURE and self._code_of_end is not None:
            return self._code_of_end
        return code

    def code_for(self, task: asyncio.Future[Any]) -> int | None:
        """Return the close code that the end of the handler's task asks for, if any."""
        if task.done() and not task.cancelled() and not tells_of_end(task.exception()):
            return CloseCode.INTERNAL_ERROR
        return CloseCode.GOING_AWAY if self.worker_stops else None

    @property
    def worker_stops(self) -> bool:
        """Whether the worker has begun to stop."""
        return self.stopping is not None and self.stopping.done()

    # What happens to the handler when the connection is gone (WEBSOCKET_ON_DISCONNECT).

    def lost(self, task: asyncio.Task[Any] | None, tell: Callable[[], None]) -> None:
        """The transport is gone: see to the handler, which ``task`` waits for, then ``tell``."""
        self._waited_for_by(task)
        if self._let_go():
            self._after_handler(tell)
        else:
            tell()

    def _waited_for_by(self, task: asyncio.Task[Any] | None) -> None:
        self._task = task

    def _after_handler(self, tell: Callable[[], None], turns: int = _TURNS_AHEAD) -> None:
        """Have a handler that was cancelled be ahead of ``tell``."""
        if turns:
            self.loop.call_soon(self._after_handler, tell, turns - 1)
        else:
            tell()

    def _let_go(self) -> bool:
        """See to the handler of a connection that is gone; return whether it was cancelled."""
        if self.handler_ended or self._task is None or self._task.done():
            return False
        cancelled_already = self.worker_stops  # once is enough
        if cancelled_already or (self._handler or self._task) in self._closers:
            goes_on = True
        elif self.on_disconnect == "cancel":
            self._goes_on = goes_on = self.unread and (self.is_read or not self._handler_began)
        else:
            goes_on = self.waited_on or self.unread or not self._handler_began
        if not goes_on:
            self._cancel_handler()
            return True
        self._cancel_later()
        return False

    @property
    def is_read(self) -> bool:
        """Whether the handler has read from the connection, or is waiting to."""
        return True

    def _cancel_later(self) -> None:
        if self._handler_deadline is not None:
            self._handler_deadline.cancel()
        end = self.loop.time() + self.close_timeout
        if self.worker_stops and self.stops_at is not None:
            end = self.stops_at
        self._handler_deadline = self.loop.call_at(end, self._cancel_handler)

    def _waits_in_close(self, task: Any, waits: bool = True) -> None:
        """A handler that waits in `close` is not cancelled for its success."""
        self._closers = self._closers | {task} if waits else self._closers - {task}

    async def asked_for_more(self) -> None:
        """To be awaited by what asks for more than a connection that is gone can give.

        A handler that had something left to read is cancelled now, and is ahead of it.
        """
        if self._is_enough:
            self._cancel_handler()
            for _ in range(_TURNS_AHEAD):
                await asyncio.sleep(0)

    @property
    def _is_enough(self) -> bool:
        """Whether a handler that went on has to be cancelled, as the running task asks for more."""
        return self._goes_on and (self.served_here or not self.unread)

    @property
    def served_here(self) -> bool:
        """Whether the running task is the handler's, or was made by one that is."""
        return SERVED.get() == id(self)

    @property
    def _handler_began(self) -> bool:
        """Whether the handler has taken its first step. A peer can come and go before that."""
        if self._handler is None:
            return not self.handler_due
        coroutine = getattr(self._handler, "get_coro", lambda: None)()
        if not inspect.iscoroutine(coroutine):
            return True
        return inspect.getcoroutinestate(coroutine) != inspect.CORO_CREATED

    def _cancel_handler(self) -> None:
        """Cancel it, again and again if it swallows that: no handler outlives its connection."""
        self._goes_on = False
        if self._task is None or self._task.done():
            return
        self._task.cancel()
        self._cancel_later()

    def end_handler(self) -> None:
        """The handler is done: nothing of it is left to cancel."""
        self.handler_ended = True
        self._goes_on = False
        self._task = None
        if self._handler_deadline is not None:
            self._handler_deadline.cancel()


def unsent(transport: Any) -> int:
    """Return how many bytes ``transport`` has still to send; 0 for one that does not tell."""
    tell = getattr(transport, "get_write_buffer_size", None)
    return 0 if tell is None else int(tell())


def tells_of_end(error: BaseException | None) -> bool:
    """Whether all that is wrong is that the connection is gone: a group may say so, too."""
    if isinstance(getattr(error, "exceptions", None), tuple):  # asyncio.TaskGroup's, anyio's
        return all(map(tells_of_end, error.exceptions))  # type: ignore[union-attr]
    return error is None or isinstance(error, ConnectionClosed)


def _hush(task: asyncio.Future[Any]) -> None:
    """Have Sanic log no group of ConnectionClosed, as it logs none that comes alone."""
    error = None if task.cancelled() else task.exception()
    if error is not None and tells_of_end(error):
        error.quiet = True  # type: ignore[attr-defined]
