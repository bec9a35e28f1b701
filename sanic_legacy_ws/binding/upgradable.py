"""Sanic's HTTP protocol, with something else in its place after an upgrade.

Before the upgrade everything is Sanic's; from then on, bytes go to the `Receiver`, and nothing
that Sanic's HTTP side does reaches the socket any more.
"""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Callable, Protocol

from .._compat.allocator import freed
from .._compat.interfaces import Request
from .._compat.sanic import TASK_ATTRIBUTE, HttpProtocol, config_of_start
from ..wire.close import CloseCode
from .app_sockets import AppSockets, begin
from .settings import UNSET, Settings
from .stop_once import guard_stop
from .upgraded import Upgraded


class Receiver(Protocol):
    """What gets asyncio's calls after the upgrade; `asyncio.Protocol` has all of them."""

    def data_received(self, data: bytes) -> None: ...
    def eof_received(self) -> bool | None: ...
    def pause_writing(self) -> None: ...
    def resume_writing(self) -> None: ...
    def connection_lost(self, exc: Exception | None) -> None: ...


class CheckedAtStart:
    """A method that lets Sanic's start find a setting that cannot be used.

    Nothing else of ours runs before the first connection when an app is given the class by
    ``protocol=``; there, a mistake would show as a connection that hangs.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: object, owner: type) -> Any:
        if instance is None:
            config = config_of_start()
            if config is not None:
                begin(config)
                guard_stop()
        return self._function.__get__(instance, owner)


_NOBODY = asyncio.Protocol()


class BaseUpgradableProtocol(HttpProtocol):  # type: ignore[misc]
    """What all lines share. `UpgradableProtocol` is the one for the Sanic that is installed.

    The arguments are those of Sanic 21.6's class. What Sanic does not pass, as all lines since
    21.9 for four of them, is read from ``app.config``, then from 21.6's defaults.
    """

    # Named, since Sanic's metaclass (21.12) gives a class without slots none at all, not even
    # the dict in which users' subclasses keep their attributes.
    __slots__ = (
        "__dict__",
        "_receiver",
        "_upgraded",
        "websocket",
        "websocket_max_queue",
        "websocket_max_size",
        "websocket_ping_interval",
        "websocket_ping_timeout",
        "websocket_read_limit",
        "websocket_timeout",
        "websocket_write_limit",
    )

    def __init__(
        self,
        *args: Any,
        websocket_timeout: float = UNSET,
        websocket_max_size: int | None = UNSET,
        websocket_max_queue: int | None = UNSET,
        websocket_read_limit: int = UNSET,
        websocket_write_limit: int = UNSET,
        websocket_ping_interval: float | None = UNSET,
        websocket_ping_timeout: float | None = UNSET,
        **kwargs: Any,
    ) -> None:
        super().__init__(*args, **kwargs)
        self.websocket: Any = None
        self.websocket_timeout = websocket_timeout
        self.websocket_max_size = websocket_max_size
        self.websocket_max_queue = websocket_max_queue
        self.websocket_read_limit = websocket_read_limit
        self.websocket_write_limit = websocket_write_limit
        self.websocket_ping_interval = websocket_ping_interval
        self.websocket_ping_timeout = websocket_ping_timeout
        self._upgraded: Upgraded | None = None
        self._receiver: Receiver | None = None

    # The upgrade.

    def _read_settings(self) -> Settings:
        given = (
            self.websocket_max_size,
            self.websocket_max_queue,
            self.websocket_read_limit,
            self.websocket_write_limit,
            self.websocket_ping_interval,
            self.websocket_ping_timeout,
            self.websocket_timeout,
        )
        return AppSockets.of(self.app).settings(self.app.config, given)

    async def _leave_http(
        self, request: Request, upgraded: Upgraded, response: bytes | None
    ) -> None:
        """Send the 101, if it is ours to send. What fails before that is answered by HTTP."""
        self._end_http()
        sockets = AppSockets.of(self.app)
        sockets.admit(upgraded, self.app, request)
        try:
            if response is not None:
                await self._send_upgrade(response)
        except BaseException:
            sockets.members.discard(upgraded)
            raise

    def _hand_over(self, websocket: object, receiver: Receiver, upgraded: Upgraded) -> None:
        """Sanic sees ``websocket``, ``receiver`` gets asyncio's calls: nothing here can fail."""
        self._upgraded = upgraded
        self._receiver = receiver
        self.websocket = websocket

    def _feed_surplus(self) -> None:
        """Pass on what came with or after the upgrade request; Sanic may have paused reading."""
        assert self._receiver is not None
        assert self.transport is not None
        surplus = self._take_surplus()
        if surplus:
            self.transport.resume_reading()
            self._receiver.data_received(surplus)

    async def _send_upgrade(self, response: bytes) -> None:
        """Send the 101."""
        raise NotImplementedError

    def _end_http(self) -> None:
        """End what HTTP would do behind the request: the next one, its timers, its access line."""
        raise NotImplementedError

    def _take_surplus(self) -> bytes:
        """Return what HTTP has read and not looked at."""
        raise NotImplementedError

    # What asyncio calls.

    def data_received(self, data: bytes) -> None:
        """Bytes arrived (asyncio)."""
        if self._receiver is not None:
            self._receiver.data_received(data)
        else:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        """The peer sends no more (asyncio)."""
        if self._receiver is not None:
            return bool(self._receiver.eof_received())
        eof: bool | None = super().eof_received()
        return eof

    def pause_writing(self) -> None:
        """The write buffer is full (asyncio)."""
        if self._receiver is not None:
            self._receiver.pause_writing()
        else:
            super().pause_writing()

    def resume_writing(self) -> None:
        """The write buffer has drained (asyncio)."""
        if self._receiver is not None:
            self._receiver.resume_writing()
        else:
            super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio).

        Sanic would cancel the handler here; whether and when that happens is for
        WEBSOCKET_ON_DISCONNECT to say.
        """
        upgraded = self._upgraded
        if upgraded is None or self._receiver is None:
            super().connection_lost(exc)
            return
        task = getattr(self, TASK_ATTRIBUTE)
        receiver, self._receiver = self._receiver, _NOBODY  # Sanic will call resume_writing
        upgraded.lost(task, partial(receiver.connection_lost, exc))
        upgraded.left()
        setattr(self, TASK_ATTRIBUTE, None)
        super().connection_lost(exc)
        setattr(self, TASK_ATTRIBUTE, task)
        AppSockets.of(self.app).members.discard(upgraded)
        if task is not None and not task.done():
            self._count_until_done(task)
        else:
            self._forget()

    def _count_until_done(self, task: asyncio.Task[Any]) -> None:
        """Stay among Sanic's connections until the handler is over: a stop waits for those."""
        self.connections.add(self)
        task.add_done_callback(self._task_done)

    def _task_done(self, _: object) -> None:
        self.connections.discard(self)
        self._forget()

    def _forget(self) -> None:
        """Let go of what had the connection, and so of its unread messages.

        Sanic's Http, the request and this refer to each other: until the garbage collector comes.
        """
        if self._upgraded is not None:
            freed(self._upgraded.unread_size, self.loop)
            self._upgraded.release()
        self.websocket = self._upgraded = None

    # What Sanic calls.

    def close(self, *args: Any, **kwargs: Any) -> None:
        """The request is over, or the server stops (Sanic)."""
        if self._receiver is None:
            super().close(*args, **kwargs)
            return
        upgraded = self._upgraded
        if upgraded is None:  # it is gone
            return
        upgraded.end_handler()
        if upgraded.open:
            stops = upgraded.worker_stops
            upgraded.end_connection(CloseCode.GOING_AWAY if stops else CloseCode.NORMAL_CLOSURE)

    def close_if_idle(self) -> bool:
        """The server stops (Sanic): a WebSocket is told so.

        Where Sanic has cancelled the handlers, they may clean up first; see `AppSockets`.
        """
        upgraded = self._upgraded
        if upgraded is None:
            closed: bool = super().close_if_idle()
            return closed
        if upgraded.open and not upgraded.worker_stops:
            upgraded.end_connection(CloseCode.GOING_AWAY)
        return upgraded.closed

    def _http_response(self, status: int) -> None:
        """Sanic's HTTP side answers after the upgrade: never on the wire, but a 500 tells of a
        handler that raised, where Sanic lets the exception out (up to 21.6)."""
        if self._upgraded is not None and self._upgraded.open and status >= 500:
            self._upgraded.answered_by_http()
