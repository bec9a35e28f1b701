"""Sanic's HTTP protocol, with the websockets-8 object after the upgrade.

Before the upgrade everything is Sanic's; from `websocket_handshake` on, bytes go to the
connection, and nothing that Sanic's HTTP side does reaches the socket any more.
"""

from __future__ import annotations

import sys
from typing import Any, Callable, ClassVar

from .._compat.sanic import TASK_ATTRIBUTE, HttpProtocol, config_of_start
from ..connection import State
from ..wire.close import CloseCode
from .access_log import AccessLog
from .settings import UNSET, Settings
from .upgrade import negotiate
from .websocket import SanicWebSocket
from .worker import Worker


class _CheckedAtStart:
    """A method that lets Sanic's start find a setting that cannot be used.

    Nothing else of ours runs before the first connection when an app is given the class by
    ``protocol=``; there, a mistake would show as a connection that hangs.
    """

    def __init__(self, function: Callable[..., Any]) -> None:
        self._function = function
        self.__doc__ = function.__doc__

    def __get__(self, instance: Any, owner: Any) -> Any:
        if instance is None:
            config = config_of_start(sys._getframe(1))
            if config is not None:
                Settings.read(config)
        return self._function.__get__(instance, owner)


class BaseWebSocketProtocol(HttpProtocol):  # type: ignore[misc]
    """What all lines share. `WebSocketProtocol` is the one for the Sanic that is installed.

    The arguments are those of Sanic 21.6's class. What Sanic does not pass, as all lines since
    21.9 for four of them, is read from ``app.config``, then from 21.6's defaults.
    """

    # Named, since Sanic's metaclass (21.12) gives a class without slots none at all, not even
    # the dict in which users' subclasses keep their attributes.
    __slots__ = (
        "__dict__",
        "_access",
        "websocket",
        "websocket_max_queue",
        "websocket_max_size",
        "websocket_ping_interval",
        "websocket_ping_timeout",
        "websocket_read_limit",
        "websocket_timeout",
        "websocket_write_limit",
    )

    websocket_class: ClassVar[type[SanicWebSocket]] = SanicWebSocket

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
        self.websocket: SanicWebSocket | None = None
        self.websocket_timeout = websocket_timeout
        self.websocket_max_size = websocket_max_size
        self.websocket_max_queue = websocket_max_queue
        self.websocket_read_limit = websocket_read_limit
        self.websocket_write_limit = websocket_write_limit
        self.websocket_ping_interval = websocket_ping_interval
        self.websocket_ping_timeout = websocket_ping_timeout
        self._access: AccessLog | None = None

    # The upgrade.

    @_CheckedAtStart
    async def websocket_handshake(self, request: Any, subprotocols: Any = None) -> SanicWebSocket:
        """Upgrade ``request``'s connection and return its WebSocket.

        Called by Sanic for a WebSocket route, or by a library from an ordinary HTTP route.
        ``subprotocols`` are the route's, in any collection. Raises a SanicException for a
        request that is refused: 400, 403, 405 or 426, or what the app's hook raises.
        """
        settings = self._read_settings()
        upgrade = await negotiate(request, subprotocols, settings)
        await self._send_upgrade(upgrade.response)
        websocket = self._open_websocket(settings)
        websocket.subprotocol = upgrade.subprotocol
        if upgrade.deflate is not None:
            websocket.use_deflate(upgrade.deflate)
        websocket.path = request.raw_url.decode("ascii", "backslashreplace")
        websocket.request_headers = request.headers
        websocket.response_headers = upgrade.headers
        self._leave_http()
        self._access = AccessLog.opened(self, request)
        self.websocket = websocket
        info: Any = self.conn_info
        websocket._remote_address, websocket._local_address = info.peername, info.sockname
        websocket.connection_made(self.transport)
        websocket.connection_open()
        self._feed_surplus(websocket)
        return websocket

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
        return Worker.of(self.app).settings(self.app.config, given)

    def _open_websocket(self, settings: Settings) -> SanicWebSocket:
        websocket = self.websocket_class(
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
            close_timeout=settings.timeout,
            max_size=settings.max_size,
            max_queue=settings.max_queue,
            read_limit=settings.read_limit,
            write_limit=settings.write_limit,
            loop=self.loop,
        )
        websocket.serve(self.app, settings)
        return websocket

    async def _send_upgrade(self, response: bytes) -> None:
        raise NotImplementedError

    def _leave_http(self) -> None:
        raise NotImplementedError

    def _feed_surplus(self, websocket: SanicWebSocket) -> None:
        raise NotImplementedError

    # What asyncio calls.

    def data_received(self, data: bytes) -> None:
        """Bytes arrived (asyncio)."""
        if self.websocket is not None:
            self.websocket.data_received(data)
        else:
            super().data_received(data)

    def eof_received(self) -> bool | None:
        """The peer sends no more (asyncio)."""
        if self.websocket is not None:
            self.websocket.eof_received()
            return False
        eof: bool | None = super().eof_received()
        return eof

    def pause_writing(self) -> None:
        """The write buffer is full (asyncio)."""
        if self.websocket is not None:
            self.websocket.pause_writing()
        else:
            super().pause_writing()

    def resume_writing(self) -> None:
        """The write buffer has drained (asyncio)."""
        if self.websocket is not None:
            self.websocket.resume_writing()
        else:
            super().resume_writing()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio).

        Sanic would cancel the handler here; whether and when that happens is for
        WEBSOCKET_ON_DISCONNECT to say.
        """
        websocket = self.websocket
        if websocket is None:
            super().connection_lost(exc)
            return
        waited_on = websocket.waited_on
        websocket.connection_lost(exc)
        task = getattr(self, TASK_ATTRIBUTE)
        setattr(self, TASK_ATTRIBUTE, None)
        super().connection_lost(exc)
        setattr(self, TASK_ATTRIBUTE, task)
        Worker.of(self.app).websockets.discard(websocket)
        if self._access is not None:
            self._access.closed(websocket)
        if task is not None:
            websocket.let_go(task, needed=waited_on or bool(websocket.messages))

    # What Sanic calls.

    def close(self, *args: Any, **kwargs: Any) -> None:
        """The request is over, or the server stops (Sanic)."""
        websocket = self.websocket
        if websocket is None:
            super().close(*args, **kwargs)
            return
        websocket.end_handler()
        if websocket.state is State.OPEN:
            stopping = websocket.stopping is not None and websocket.stopping.done()
            websocket.end_connection(CloseCode.GOING_AWAY if stopping else CloseCode.NORMAL_CLOSURE)

    def close_if_idle(self) -> bool:
        """The server stops (Sanic): a WebSocket is told so, a handler or not."""
        websocket = self.websocket
        if websocket is None:
            closed: bool = super().close_if_idle()
            return closed
        if websocket.state is State.OPEN:
            websocket.end_connection(CloseCode.GOING_AWAY)
        return bool(websocket.state is State.CLOSED)

    def _http_response(self, status: int) -> None:
        """Sanic's HTTP side answers after the upgrade: never on the wire, but a 500 tells of a
        handler that raised, where Sanic lets the exception out (up to 21.6)."""
        if self.websocket is not None and self.websocket.state is State.OPEN and status >= 500:
            self.websocket.end_handler()
            self.websocket.end_connection(CloseCode.INTERNAL_ERROR)
