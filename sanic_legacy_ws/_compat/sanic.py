"""What differs between Sanic's lines, 20.12 to 25.12."""

from __future__ import annotations

import asyncio
import inspect
import re
from types import FrameType
from typing import Any

from sanic import Sanic
from sanic import __version__ as SANIC_VERSION
from sanic.asgi import ASGIApp
from sanic.server import HttpProtocol

try:
    from sanic.models.asgi import MockTransport
except ImportError:  # 20.12
    from sanic.asgi import MockTransport  # type: ignore[attr-defined,no-redef]


def version_info(version: str) -> tuple[int, int]:
    """Return the line of a Sanic release: ``(21, 6)`` for ``"21.6.2"``."""
    year, month = re.findall(r"\d+", version)[:2]
    return int(year), int(month)


SANIC = version_info(SANIC_VERSION)

# 20.12 parses requests by httptools in the protocol itself; 21.3 moved that to a connection task.
STREAMING_HTTP = SANIC >= (21, 3)

TASK_ATTRIBUTE = "_task" if STREAMING_HTTP else "_request_handler_task"

# Before 23.12, the access log's format wants numbers for status and byte.
NUMERIC_ACCESS_LOG = SANIC < (23, 12)

# What `sanic`, the command, calls on an app to serve it; since 22.6, `run` calls it too.
STARTER = "prepare" if hasattr(Sanic, "prepare") else "run"

# Up to 21.3, an ASGI WebSocket is accepted before the route is known.
ACCEPTS_IN_HANDLER = SANIC >= (21, 6)


def app_context(app: Any) -> Any:
    """Return what holds attributes of others for ``app``: its ``ctx``, or itself on 20.12."""
    return getattr(app, "ctx", app)


def config_of_start(frame: FrameType) -> Any:
    """Return the app's config if ``frame`` is Sanic's `_build_protocol_kwargs`, else None.

    It asks the protocol class for ``websocket_handshake`` when the server starts, on every line.
    """
    if frame.f_code.co_name != "_build_protocol_kwargs":
        return None
    return frame.f_locals.get("config")


def websocket_route_handler(request: Any) -> Any:
    """Return the handler of the WebSocket route that ``request`` goes to, None if there is none.

    Sanic wraps it in a partial of its `_websocket_handler`, on every line.
    """
    if STREAMING_HTTP:
        handler = getattr(request.route, "handler", None)
    else:
        handler = request.app.router.get(request)[0]
    arguments = getattr(handler, "args", ())
    return arguments[0] if arguments else None


def handler_task(frame: FrameType) -> asyncio.Future[Any] | None:
    """Return the handler's task if ``frame`` is Sanic's `_websocket_handler`, else None.

    Sanic keeps the task in the local ``fut``, on every line. It swallows the handler's exception
    and then calls ``ws.close()`` as for a handler that returned: only the task tells them apart.
    """
    if frame.f_code.co_name != "_websocket_handler":
        return None
    task: asyncio.Future[Any] | None = frame.f_locals.get("fut")
    return task


def handler_began(task: asyncio.Task[Any]) -> bool:
    """Whether the handler has taken its first step, of the request that ``task`` handles.

    A peer can come and go before that. True, too, where Sanic's `_websocket_handler` is not found.
    """
    coroutine: Any = task.get_coro()
    began = True
    while inspect.iscoroutine(coroutine) and coroutine.cr_frame is not None:
        if coroutine.cr_frame.f_code.co_name == "_websocket_handler":
            handler: Any = handler_task(coroutine.cr_frame)
            began = isinstance(handler, asyncio.Task) and _began(handler.get_coro())
        coroutine = coroutine.cr_await
    return began


def _began(coroutine: Any) -> bool:
    if not inspect.iscoroutine(coroutine):
        return True
    return inspect.getcoroutinestate(coroutine) != inspect.CORO_CREATED


__all__ = [
    "ACCEPTS_IN_HANDLER",
    "NUMERIC_ACCESS_LOG",
    "SANIC",
    "SANIC_VERSION",
    "STARTER",
    "STREAMING_HTTP",
    "TASK_ATTRIBUTE",
    "ASGIApp",
    "HttpProtocol",
    "MockTransport",
    "Sanic",
    "app_context",
    "config_of_start",
    "handler_began",
    "handler_task",
    "websocket_route_handler",
]
