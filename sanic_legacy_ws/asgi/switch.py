"""Put `AsgiWebSocket` in the place of Sanic's own ASGI WebSocket, and take it back."""

from __future__ import annotations

from contextvars import ContextVar
from typing import Any, Awaitable, Callable

from .._compat.readings import serves_asgi
from .._compat.sanic import ACCEPTS_IN_HANDLER, STREAMING_HTTP, ASGIApp, MockTransport, Sanic
from ..binding.app_sockets import AppSockets
from .events import Event
from .trace import asgi_class
from .websocket import AsgiWebSocket

_replaced: list[tuple[type, str, Any]] = []

_app: ContextVar[Any] = ContextVar("app")
"""The app that a connection is made for: Sanic does not say it to the transport, which makes it."""


def install_asgi() -> None:
    """Have every Sanic app of this process serve WebSockets by `AsgiWebSocket` under ASGI.

    At any time before the first WebSocket; with Sanic 20.12 and 21.3, before the routes are added.
    Calling it again does nothing, and so does a Sanic that this cannot be done with, which the log
    says; `uninstall_asgi` takes it back.
    """
    if _replaced or not serves_asgi():
        return
    _replace(ASGIApp, "create", classmethod(_naming_the_app(vars(ASGIApp)["create"].__func__)))
    _replace(MockTransport, "create_websocket_connection", _create_websocket_connection)
    _replace(ASGIApp, "__call__", _finishing(ASGIApp.__call__))
    if not ACCEPTS_IN_HANDLER:
        _replace(Sanic, "_websocket_handler", _accepting(Sanic._websocket_handler))


def uninstall_asgi() -> None:
    """Take `install_asgi` back. Connections that are open keep what they have."""
    while _replaced:
        target, name, original = _replaced.pop()
        setattr(target, name, original)


def asgi_installed() -> bool:
    """Whether `install_asgi` was called, and not taken back."""
    return bool(_replaced)


def _replace(target: type, name: str, value: Any) -> None:
    _replaced.append((target, name, vars(target)[name]))
    setattr(target, name, value)


def _naming_the_app(create: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Sanic makes an `ASGIApp` for each connection; ours is made on the way."""

    async def wrapped(cls: Any, sanic_app: Any, *args: Any, **kwargs: Any) -> Any:
        token = _app.set(sanic_app)
        try:
            return await create(cls, sanic_app, *args, **kwargs)
        finally:
            _app.reset(token)

    return wrapped


def _create_websocket_connection(
    self: Any,
    send: Callable[[Event], Awaitable[None]],
    receive: Callable[[], Awaitable[Event]],
) -> AsgiWebSocket:
    """Sanic's transport makes the connection, and sends HTTP responses through it."""
    app = _app.get()
    websocket = AppSockets.of(app).class_for(app, asgi_class())(app, self, send, receive)
    self._websocket_connection = websocket
    self._send = websocket.respond
    return websocket


def _finishing(call: Callable[[Any], Awaitable[None]]) -> Callable[[Any], Awaitable[None]]:
    """Sanic handles a request by ``call``; a WebSocket knows of it, before and after."""

    async def __call__(self: Any) -> None:
        websocket = getattr(self, "ws", None)
        if not isinstance(websocket, AsgiWebSocket):
            await call(self)
            return
        websocket.bind(self.request)
        self.response = getattr(self, "response", None)  # Sanic 21.3 reads it, and never sets it
        try:
            await (call if STREAMING_HTTP else _answer)(self)
            await websocket.refuse()
        finally:
            try:
                await websocket.finish()
            finally:
                del self.ws
                _let_go(websocket.transport)
                websocket.release()

    return __call__


def _let_go(self: Any) -> None:
    """Sanic's transport and its request are a circle, until the garbage collector comes."""
    del self._websocket_connection, self._send


async def _answer(self: Any) -> None:
    """Sanic 20.12 drops the response to a WebSocket: have it sent as any other."""

    async def callback(response: Any) -> None:
        if response is not None:
            await self.stream_callback(response)

    await self.sanic_app.handle_request(self.request, None, callback)


def _accepting(handle: Callable[..., Awaitable[Any]]) -> Callable[..., Awaitable[Any]]:
    """Sanic 20.12 and 21.3 accept before they know the route; 21.6 does when it runs it."""

    async def _websocket_handler(
        self: Any, handler: Any, request: Any, *args: Any, subprotocols: Any = None, **kwargs: Any
    ) -> Any:
        if self.asgi:
            await request.transport.get_websocket_connection().accept(subprotocols)
        return await handle(self, handler, request, *args, subprotocols=subprotocols, **kwargs)

    return _websocket_handler
