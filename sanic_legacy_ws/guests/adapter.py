"""What Sanic calls on the object that a handler got, answered for objects that lack some of it.

Sanic calls ``close()``, since 21.9 ``end_connection(code)`` when a handler was cancelled or let
ConnectionClosed out and ``fail_connection(code=1001)`` when it stops, and up to 21.6
``close_connection()`` then.
"""

from __future__ import annotations

import asyncio
import logging
from inspect import isawaitable, iscoroutine, signature
from typing import Any, Awaitable, Callable, Generator

from .._compat.interfaces import Transport
from .._compat.sanic import apps_behind
from .._compat.tasks import start_now
from ..binding.handlers import HandlerTasks
from ..binding.upgraded import Upgraded
from ..wire.close import CloseCode, serialize_close, truncate_reason
from ..wire.frames import CLOSE, FIN, frame
from .proxy import Proxy

_CALLS = ("close", "end_connection", "fail_connection", "close_connection")
_REPLACED = ("close", "end_connection")  # also where they exist: they tell how the handler ended
_ABNORMAL = CloseCode.ABNORMAL_CLOSURE

logger = logging.getLogger("sanic_legacy_ws")

_closings: set[asyncio.Future[Any]] = set()


def wrap(websocket: Any, transport: Transport | None = None, close_timeout: float = 10) -> Any:
    """Return ``websocket`` with all methods that any Sanic calls on it.

    For a protocol class of your own, if its ``websocket_handshake`` returns an object of another
    framework. Return ``wrap(websocket)`` instead. Missing methods are added to the object, or, if
    it takes no attributes, to a stand-in that behaves like it. ``transport`` is the one of the
    connection, by default ``websocket.transport``. ``close_timeout``, in seconds, is the longest
    time that a connection stays open after its handler. Raises TypeError for an object without
    ``transport``. Wrapping an object again does nothing.
    """
    if isinstance(getattr(getattr(websocket, "close", None), "__self__", None), Adapter):
        return websocket
    if transport is None:
        transport = getattr(websocket, "transport", None)
    if transport is None:
        raise TypeError(f"{type(websocket).__name__} has no transport: pass it to wrap")
    adapter = Adapter(websocket, transport, asyncio.get_event_loop(), close_timeout)
    adapter.hurried = True
    for app in apps_behind(transport):
        HandlerTasks.of(app).expect(adapter)
    return adapter.complete()


class Adapter(Upgraded):
    """A foreign WebSocket object, closed by whatever it has for that."""

    hurried = False
    """Whether Sanic closes TCP right behind the call that ends the connection."""

    def __init__(
        self,
        websocket: Any,
        transport: Transport,
        loop: asyncio.AbstractEventLoop,
        close_timeout: float,
    ) -> None:
        self.websocket = websocket
        self.transport = transport
        self.loop = loop
        self.close_timeout = close_timeout
        self._theirs = {name: getattr(websocket, name, None) for name in _CALLS}
        self._ends = False  # somebody has begun to close it
        self._left = False  # the transport is gone
        self._deadline: asyncio.TimerHandle | None = None

    def release(self) -> None:
        """Connection and handler are over: take back what makes a circle with the object."""
        super().release()
        held = getattr(self.websocket, "__dict__", {})
        for name in _CALLS:
            if getattr(held.get(name), "__self__", None) is self:
                del held[name]

    def complete(self) -> Any:
        """Return the object with all that Sanic calls."""
        missing = {name for name, theirs in self._theirs.items() if theirs is None}
        methods = {name: getattr(self, name) for name in missing.union(_REPLACED)}
        try:
            for name, method in methods.items():
                setattr(self.websocket, name, method)
        except (AttributeError, TypeError):
            return Proxy.of(self.websocket, methods)
        if hasattr(self.websocket, "before_it_fails"):
            self.websocket.before_it_fails = self.asked_for_more
        return self.websocket

    # What `UpgradableProtocol` asks.

    @property
    def open(self) -> bool:
        """Whether nobody has begun to close the connection, as far as one can see."""
        return not (self._ends or self.closed)

    @property
    def closed(self) -> bool:
        """Whether the transport closes."""
        return bool(self.transport.is_closing())

    @property
    def waited_on(self) -> bool:
        """Whether a task waits in `close`; else what the object says; else it may be."""
        return bool(self._closers) or bool(getattr(self.websocket, "waited_on", True))

    @property
    def unread(self) -> bool:
        """What the object says of it."""
        return bool(getattr(self.websocket, "unread", False))

    def drop(self) -> None:
        """Drop the connection now."""
        self.transport.abort()

    @property
    def is_read(self) -> bool:
        """What the object says of it; else it may be."""
        return bool(getattr(self.websocket, "is_read", True))

    def left(self) -> None:
        """The connection is gone."""
        self._left = True
        if self._deadline is not None:
            self._deadline.cancel()

    # What Sanic calls.

    def close(self, *args: Any, **kwargs: Any) -> Awaitable[Any]:
        """Close as the object does it, with its arguments; awaitable even if that is not."""
        if self.handler_ended and not (args or kwargs):  # by Sanic
            return self._close(self._resolve(CloseCode.NORMAL_CLOSURE), "")
        theirs = self._theirs["close"]
        if theirs is None:
            return self._close(*args, **kwargs)
        self._begin()
        return self._awaited(theirs(*args, **kwargs))

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Begin to close the connection; does not wait (Sanic 21.9)."""
        self._end(self._resolve(code), reason)

    def fail_connection(self, code: int = _ABNORMAL, reason: str = "") -> None:
        """End the connection at once; does not wait (Sanic 21.9)."""
        if code == _ABNORMAL:
            self.transport.abort()
        else:
            self._end(code, reason)

    async def close_connection(self) -> None:
        """The server stops (Sanic up to 21.6)."""
        await self._close(CloseCode.GOING_AWAY, "")

    # How it is done.

    def _close(self, code: int = 1000, reason: str = "") -> Awaitable[Any]:
        """Close by the object's ``close``, or as `_end` does without it."""
        theirs = self._theirs["close"]
        if theirs is None:
            self._end(code, reason)
            return _Done(None)
        self._begin()
        if self.closed:  # the object may not have been told yet, and would write to it
            return _Done(None)
        return self._awaited(_call(theirs, code, reason))

    def _awaited(self, result: Any) -> Awaitable[Any]:
        return self._wait_for(result) if isawaitable(result) else _Done(result)

    async def _wait_for(self, closing: Awaitable[Any]) -> Any:
        task = asyncio.current_task()
        self._waits_in_close(task)
        try:
            return await closing
        finally:
            self._waits_in_close(task, False)

    def _end(self, code: int, reason: str) -> None:
        """End the connection by the best that the object has; the close frame leaves at once."""
        end, close = self._theirs["end_connection"], self._theirs["close"]
        if end is None and self.hurried:
            end = self._theirs["fail_connection"]  # a coroutine might not write in its first step
        self._begin()
        if self.closed:
            return
        if end is not None or close is not None:
            function: Any = end or close
            self._start(_call(function, code, reason))
        else:
            payload = serialize_close(code, truncate_reason(reason))
            self.transport.write(frame(FIN | CLOSE, payload))
            self.transport.close()

    def _start(self, result: Any) -> None:
        """Have what a method returned run, if that is awaitable; its first step is taken now."""
        if not isawaitable(result):
            return
        if iscoroutine(result):
            closing: asyncio.Future[Any] = start_now(result, self.loop)
        else:
            closing = asyncio.ensure_future(result)
        _closings.add(closing)
        closing.add_done_callback(_closed)

    def _begin(self) -> None:
        """The connection ends; the peer gets ``close_timeout`` seconds to agree."""
        self._ends = True
        if self._deadline is None and not self._left:
            self._deadline = self.loop.call_later(self.close_timeout, self.transport.abort)


class _Done:
    """What was done at once, for those who await it."""

    def __init__(self, result: object) -> None:
        self._result = result

    def __await__(self) -> Generator[Any, None, object]:
        yield from ()
        return self._result


def _closed(closing: asyncio.Future[Any]) -> None:
    _closings.discard(closing)
    if not closing.cancelled() and closing.exception() is not None:
        # Mostly that the connection has gone meanwhile, which is what it was closed for.
        logger.debug("while it was closed: %r", closing.exception())


def _call(function: Callable[..., Any], code: int, reason: str) -> Any:
    """Call a ``close`` of unknown signature with what it has a name for."""
    try:
        names = signature(function).parameters
    except ValueError:  # some C functions do not tell
        return function()
    known = {"code": code, "reason": reason}
    return function(**{name: value for name, value in known.items() if name in names})
