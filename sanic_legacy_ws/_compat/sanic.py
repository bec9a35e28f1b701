"""What differs between Sanic's lines, 20.12 to 25.12."""

from __future__ import annotations

import inspect
import os
import re
import sys
from argparse import Namespace
from importlib import import_module
from types import FrameType
from typing import Any, Iterator

from sanic import Sanic
from sanic import __version__ as SANIC_VERSION

from .interfaces import App, Request, Transport
from .unknown import UnknownSanicError

try:
    from sanic.asgi import ASGIApp
    from sanic.server import HttpProtocol

    try:
        from sanic.models.asgi import MockTransport
    except ImportError:  # 20.12
        from sanic.asgi import MockTransport  # type: ignore[attr-defined,no-redef]
except ImportError as exc:
    raise UnknownSanicError(SANIC_VERSION, str(exc)) from exc

try:
    from sanic.worker.loader import AppLoader
except ImportError:  # up to 22.6
    AppLoader = None  # type: ignore[assignment,misc]


def module_or_none(name: str) -> Any:
    """Return a module of Sanic's that not every line has."""
    try:
        return import_module(name)
    except ModuleNotFoundError:
        return None


# The class of Sanic's own connection; up to 21.6 it has none.
NativeWebSocket: Any = getattr(
    module_or_none("sanic.server.websockets.impl"), "WebsocketImplProtocol", object
)


def version_info(version: str) -> tuple[int, int]:
    """Return the line of a Sanic release: ``(21, 6)`` for ``"21.6.2"``."""
    year, month = re.findall(r"\d+", version)[:2]
    return int(year), int(month)


SANIC = version_info(SANIC_VERSION)

# 20.12 parses requests by httptools in the protocol itself; 21.3 moved that to a connection task.
STREAMING_HTTP = SANIC >= (21, 3)

TASK_ATTRIBUTE = "_task" if STREAMING_HTTP else "_request_handler_task"

# What `sanic`, the command, calls on an app to serve it; since 22.6, `run` calls it too.
STARTER = "prepare" if hasattr(Sanic, "prepare") else "run"

# Up to 21.12, `stop` does nothing where a stop has begun.
STOPS_AGAIN = SANIC >= (22, 3)

# Up to 21.3, an ASGI WebSocket is accepted before the route is known.
ACCEPTS_IN_HANDLER = SANIC >= (21, 6)


# What `app.loop` asks whether the app runs; `run` alone sets it. Before 22.3: app.is_running.
_state = module_or_none("sanic.application.state")
ServerInfo: Any = getattr(_state, "ApplicationServerInfo", None)
ServerStage: Any = getattr(_state, "ServerStage", None)


def app_context(app: App) -> Any:
    """Return what holds attributes of others for ``app``: its ``ctx``, or itself on 20.12."""
    return getattr(app, "ctx", app)


def apps_behind(transport: Transport) -> list[App]:
    """Return the app that serves a transport, or all of this process where that is not known."""
    protocol = getattr(transport, "get_protocol", lambda: None)()
    app = getattr(protocol, "app", None)
    return list(Sanic._app_registry.values()) if app is None else [app]


def choosers() -> list[Any]:
    """Return the modules in which this line looks up ``WebSocketProtocol`` when it serves.

    ``sanic.app`` to 21.12, ``sanic.mixins.runner`` in 22.3 and 22.6, ``.startup`` since 22.9.
    """
    names = ("sanic.app", "sanic.mixins.runner", "sanic.mixins.startup")
    modules = [module_or_none(name) for name in names]
    return [module for module in modules if hasattr(module, "WebSocketProtocol")]


def config_of_start() -> Any:
    """Return the app's config where Sanic's `_build_protocol_kwargs` is running, else None.

    It asks the protocol class for ``websocket_handshake`` when the server starts, on every line.
    Nothing but its frame has the config then.
    """
    frame: FrameType | None = sys._getframe()
    while frame is not None and frame.f_code.co_name != "_build_protocol_kwargs":
        frame = frame.f_back
    return None if frame is None else frame.f_locals.get("config")


def websocket_route_handler(request: Request) -> Any:
    """Return the handler of the WebSocket route that ``request`` goes to, None if there is none.

    Sanic wraps it in a partial with the route's subprotocols, on every line.
    """
    if STREAMING_HTTP:
        served = getattr(request.route, "handler", None)
    else:
        served = request.app.router.get(request)[0]
    return _wrapped_by(served)


def _wrapped_by(served: Any) -> Any:
    keywords = getattr(served, "keywords", {})
    if "subprotocols" not in keywords:
        return None
    return next(filter(callable, (*served.args, *keywords.values())), None)


def websocket_routes(app: Any) -> Iterator[tuple[str, Any, Any]]:
    """Give path, handler and subprotocols (a collection, or None) of each WebSocket route."""
    routes = app.router.routes_all.values() if not STREAMING_HTTP else app.router.routes
    for route in routes:
        handler = _wrapped_by(route.handler)
        if handler is not None:
            path = getattr(route, "path", None)  # without a slash; 20.12 has `uri`, with one
            path = route.uri if path is None else f"/{path}"
            yield path, handler, route.handler.keywords["subprotocols"]


def run_here(app: Any, **arguments: Any) -> None:
    """Run ``app`` in this process, without Sanic's banner.

    ``arguments`` are those of ``app.run``; what this release does not know is left out.
    """
    arguments = {"single_process": True, "motd": False, **arguments}
    known = inspect.signature(app.run).parameters
    app.run(**{name: value for name, value in arguments.items() if name in known})


def load_app(reference: str, factory: bool = False) -> Any:
    """Return the app that Sanic's command line would serve for ``reference``.

    Of the forms that the installed release knows: ``module:app`` and ``module.app`` on all of
    them, and ``module:create_app`` with ``factory``.
    """
    if AppLoader is None:
        app = _load(reference, factory)
    else:
        app = AppLoader(reference, as_factory=factory, args=Namespace(factory=factory)).load()
    if not isinstance(app, Sanic):
        raise TypeError(f"{reference} is not a Sanic app, but of type {type(app).__name__}")
    return app


def _load(reference: str, factory: bool) -> Any:
    """Up to 22.6, where the command line has no loader to call."""
    folder = os.getcwd()
    if folder not in sys.path:
        sys.path.append(folder)
    module, _, name = reference.rpartition(":" if ":" in reference else ".")
    found = getattr(import_module(module), name[:-2] if name.endswith("()") else name)
    return found() if factory or name.endswith("()") else found


__all__ = [
    "ACCEPTS_IN_HANDLER",
    "SANIC",
    "SANIC_VERSION",
    "STARTER",
    "STOPS_AGAIN",
    "STREAMING_HTTP",
    "TASK_ATTRIBUTE",
    "ASGIApp",
    "HttpProtocol",
    "MockTransport",
    "NativeWebSocket",
    "Sanic",
    "ServerInfo",
    "ServerStage",
    "app_context",
    "apps_behind",
    "choosers",
    "config_of_start",
    "load_app",
    "module_or_none",
    "run_here",
    "websocket_route_handler",
    "websocket_routes",
]
