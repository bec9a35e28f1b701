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

from .._compat.interfaces import Transport
from ..exceptions import ConnectionClosed
from ..wire.close import CloseCode

# The id of the connection that a task serves: the handler's tasks inherit it from Sanic's.
SERVED: ContextVar[int] = ContextVar("SERVED", default=0)

# By so many turns of the loop a handler that is cancelled is ahead of all others that are told of
# the end: one that cancels its tasks never sees them fail. After a close frame it was as many with
# Sanic 21.6, where `recv` waited for a task of websockets that closed TCP.
_TURNS_AHEAD = 4


class Upgraded:
    """What `UpgradableProtocol` asks of that which has a connection after the upgrade."""

    stopping: asyncio.Future[None] | None = None
    """Done when the worker begins to stop."""

    loop: asyncio.AbstractEventLoop
    transport: Transport
    close_timeout: float  # seconds that a handler has, once its connection is gone
    on_disconnect: str = "cancel"

    handler_due = True
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
    _closers: set[Any] | None = None  # tasks that wait in `close`: there may be thousands
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
        if self._goes_on:
            self._cancel_once_begun()

    def _note_failure(self, task: asyncio.Future[Any]) -> None:
        """The handler is over; Sanic gets its exception after this, and logs none that is quiet."""
        error = None if task.cancelled() else task.exception()
        if error is None:
            return
        self._failure = error, error.__traceback__
        if tells_of_end(error):  # one alone is quiet, and so is a group of nothing else
            error.quiet = True  # type: ignore[attr-defined]

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
        self.end_handler()
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
            self._behind_handler(tell)
        else:
            tell()

    def _waited_for_by(self, task: asyncio.Task[Any] | None) -> None:
        if not self.handler_ended:
            self._task = task

    def _let_go(self) -> bool:
        """See to the handler of a connection that is gone; return whether it is cancelled now."""
        if self._task is None or self._task.done():
            return False
        if not self._has_time():
            self._cancel_handler()
            return True
        end = self.loop.time() + self.close_timeout
        if self.worker_stops and self.stops_at is not None:
            end = self.stops_at
        self._cancel_at(end)
        if self._goes_on and self._handler is not None and not self._handler_began:
            self._cancel_once_begun()
        return False

    def _has_time(self) -> bool:
        """Whether the handler has up to ``close_timeout`` seconds from now on."""
        if self.worker_stops:  # cancelled already: once is enough
            return True
        if self._closers and (self._handler or self._task) in self._closers:
            return True  # not to be cancelled for its success
        if self.on_disconnect == "raise":
            return self.waited_on or self.unread or not self._handler_began
        self._goes_on = self._reads_on or not self._handler_began
        return self._goes_on

    @property
    def is_read(self) -> bool:
        """Whether the handler has read from the connection, or is waiting to."""
        return True

    @property
    def _reads_on(self) -> bool:
        return self.unread and self.is_read

    @property
    def _handler_began(self) -> bool:
        """Whether the handler has taken its first step. A peer can come and go before that."""
        if self._handler is None:
            return not self.handler_due
        coroutine = getattr(self._handler, "get_coro", lambda: None)()
        if not inspect.iscoroutine(coroutine):
            return True
        return inspect.getcoroutinestate(coroutine) != inspect.CORO_CREATED

    def _cancel_once_begun(self) -> None:
        """Cancel the handler behind its first step, which is due in this turn of the loop."""
        self.loop.call_soon(self._cancel_unless_it_reads)

    def _cancel_unless_it_reads(self) -> None:
        if self._goes_on and not self._reads_on:
            self._cancel_handler()

    def _waits_in_close(self, task: Any, waits: bool = True) -> None:
        if self._closers is None:
            self._closers = set()
        if waits:
            self._closers.add(task)
        else:
            self._closers.discard(task)

    # How it is cancelled: ahead of all others that are told.

    async def asked_for_more(self) -> None:
        """To be awaited by what is asked for more than a connection that is gone can give.

        A handler that still had something to read is cancelled now.
        """
        if self._is_enough:
            self._cancel_handler()
            for _ in range(_TURNS_AHEAD):
                await asyncio.sleep(0)

    @property
    def _is_enough(self) -> bool:
        return self._goes_on and (self.served_here or not self.unread)

    @property
    def served_here(self) -> bool:
        """Whether the running task is the handler's, or was made by one that is."""
        return SERVED.get() == id(self)

    def _behind_handler(self, tell: Callable[[], None], turns: int = _TURNS_AHEAD) -> None:
        """Call ``tell`` when a handler that is cancelled in this turn has had its turns."""
        if turns:
            self.loop.call_soon(self._behind_handler, tell, turns - 1)
        else:
            tell()

    def _cancel_handler(self) -> None:
        """Cancel it, again and again if it swallows that: no handler outlives its connection."""
        self._goes_on = False
        if self._task is None or self._task.done():
            return
        self._task.cancel()
        self._cancel_at(self.loop.time() + self.close_timeout)

    def _cancel_at(self, when: float) -> None:
        if self._handler_deadline is not None:
            self._handler_deadline.cancel()
        self._handler_deadline = self.loop.call_at(when, self._cancel_handler)

    def end_handler(self) -> None:
        """The handler is done: nothing of it is left to cancel."""
        self.handler_ended = True
        self._goes_on = False
        self._task = None
        if self._handler_deadline is not None:
            self._handler_deadline.cancel()


def tells_of_end(error: BaseException | None) -> bool:
    """Whether all that is wrong is that the connection is gone: a group may say so, too."""
    if isinstance(getattr(error, "exceptions", None), tuple):  # asyncio.TaskGroup's, anyio's
        return all(map(tells_of_end, error.exceptions))  # type: ignore[union-attr]
    return error is None or isinstance(error, ConnectionClosed)
