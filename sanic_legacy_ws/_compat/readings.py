"""What is read of Sanic that Sanic does not promise, thing by thing, and what is lost without it.

Looked at by introspection when a process imports what serves: names in classes and in compiled
functions, where nothing is called. All of it is there from 20.12 to 25.12. ``where`` is the place
in Sanic 25.12 that a thing stands for.
"""

from __future__ import annotations

from types import CodeType
from typing import Any, Callable, Iterator, NamedTuple

from sanic.log import logger

from .sanic import (
    SANIC,
    SANIC_VERSION,
    STREAMING_HTTP,
    TASK_ATTRIBUTE,
    ASGIApp,
    HttpProtocol,
    MockTransport,
    NativeWebSocket,
    Sanic,
    choosers,
    module_or_none,
)
from .unknown import UnknownSanicError

_HANDLER = "app.py, Sanic._websocket_handler"
_PROTOCOL = "server/protocols/http_protocol.py, HttpProtocol"
_HTTP = "http/http1.py, Http"
_START = "server/runners.py, _build_protocol_kwargs"
_ASGI = "asgi.py, ASGIApp.create"
_MOCK = "models/asgi.py, MockTransport"


class Reading(NamedTuple):
    """One thing. ``holds`` tells whether the installed Sanic has it."""

    what: str
    where: str
    without: str
    holds: Callable[[], bool]

    def __str__(self) -> str:
        return f"{self.what} is not there (in 25.12: {self.where}), so {self.without}"


# Names in compiled code.


def _names(code: CodeType) -> Iterator[str]:
    """Give what a function and those inside it name: attributes, globals, locals, texts."""
    yield from code.co_names
    yield from code.co_varnames
    for constant in code.co_consts:
        if isinstance(constant, str):
            yield constant
        elif isinstance(constant, CodeType):
            yield from _names(constant)


def _mentions(function: Any, *wanted: str) -> bool:
    code = getattr(getattr(function, "__func__", function), "__code__", None)
    return code is not None and set(wanted) <= set(_names(code))


def _in_app(method: str, *names: str) -> Callable[[], bool]:
    """Whether this method of Sanic's app mentions the names, or else another one does."""

    def holds() -> bool:
        of_app = vars(Sanic)
        known = of_app.get(method)
        return any(_mentions(each, *names) for each in ([known] if known else of_app.values()))

    return holds


def _in_handler(*names: str) -> Callable[[], bool]:
    return _in_app("_websocket_handler", "websocket_handshake", *names)


def _in_start(*names: str) -> Callable[[], bool]:
    module = module_or_none("sanic.server.runners") or module_or_none("sanic.server")
    return lambda: _mentions(getattr(module, "_build_protocol_kwargs", None), *names)


def _in_asgi(method: str, *names: str) -> Callable[[], bool]:
    return lambda: _mentions(getattr(ASGIApp, method, None), *names)


def _in_mock(method: str, *names: str) -> Callable[[], bool]:
    return lambda: _mentions(getattr(MockTransport, method, None), *names)


def _has(owner: Any, name: str) -> Callable[[], bool]:
    return lambda: hasattr(owner, name)


def _of_protocol(name: str, without: str) -> Reading:
    return Reading(f"HttpProtocol.{name}", _PROTOCOL, without, _has(HttpProtocol, name))


def _of_http(name: str, without: str) -> Reading:
    http = getattr(module_or_none("sanic.http"), "Http", None)
    return Reading(f"Http.{name}", _HTTP, without, _has(http, name))


_STREAMING = (
    _of_protocol("_http", "an upgrade request cannot be ended as one of HTTP"),
    _of_http("keep_alive", "Sanic would read frames as requests"),
    _of_http("upgrade_websocket", "Sanic would write a response behind the upgrade"),
    _of_protocol("recv_buffer", "what comes with an upgrade request would be lost"),
)

SERVING = (
    Reading(
        "the call of websocket_handshake()",
        _HANDLER,
        "Sanic would not ask for this package's connection",
        _in_handler(),
    ),
    Reading(
        "Sanic.websocket_tasks",
        "app.py, Sanic.__init__",
        "a stop would not be seen",
        _in_app("__init__", "websocket_tasks"),
    ),
    _of_protocol("transport", "there is nothing to write to"),
    _of_protocol("app", "the settings cannot be read"),
    _of_protocol("loop", "there is no event loop to run on"),
    _of_protocol("conn_info", "the addresses of a connection cannot be read"),
    _of_protocol("connections", "a stop would not wait for handlers"),
    _of_protocol(TASK_ATTRIBUTE, "handlers of peers that are gone would not be cancelled"),
    *(_STREAMING if STREAMING_HTTP else ()),
)
"""Without one of these, nothing would be served right."""

GUARANTEES = (
    Reading(
        "the handler's task in websocket_tasks",
        f"{_HANDLER}, websocket_tasks.add and .remove",
        "a handler that raises closes with 1000, not with 1011, and one whose peer is gone is "
        "cancelled late",
        _in_handler("websocket_tasks", "add", "remove"),
    ),
    Reading(
        "the cancelling of websocket_tasks before a stop",
        "app.py, Sanic._cancel_websocket_tasks",
        "handlers learn of a stop only when their connections are closed",
        _in_app("_cancel_websocket_tasks", "websocket_tasks", "cancel"),
    ),
    Reading(
        "the partial around a route's handler",
        "app.py, Sanic._apply_route",
        "@guest has no effect",
        _in_app("_apply_route", "partial", "subprotocols"),
    ),
    Reading(
        "_build_protocol_kwargs() with its config",
        _START,
        "a setting that cannot be used does not stop the start",
        _in_start("config", "websocket_handshake"),
    ),
    Reading(
        "Manager",
        "mixins/startup.py",
        "a SIGTERM to a whole process group ends with a traceback",
        lambda: SANIC < (22, 9) or any(hasattr(module, "Manager") for module in choosers()),
    ),
    Reading(
        "WebsocketImplProtocol",
        "server/websockets/impl.py",
        "a connection is no instance of the class of Sanic's own",
        lambda: SANIC < (21, 9) or NativeWebSocket is not object,
    ),
)
"""Without one of these, one thing that this package promises does not hold."""

ASGI = (
    Reading(
        "MockTransport.create_websocket_connection()",
        _ASGI,
        "this package's connection would not be made",
        _in_asgi("create", "create_websocket_connection"),
    ),
    Reading(
        "MockTransport._websocket_connection",
        f"{_MOCK}.get_websocket_connection",
        "Sanic would not find this package's connection",
        _in_mock("get_websocket_connection", "_websocket_connection"),
    ),
    Reading(
        "MockTransport._send",
        f"{_MOCK}.send",
        "a refusal would not be sent",
        _in_mock("send", "_send"),
    ),
    Reading(
        "ASGIApp.ws",
        f"{_ASGI}",
        "this package's connection would not be found",
        _in_asgi("create", "ws"),
    ),
    *(
        Reading(
            f"ASGIApp.{name}",
            "asgi.py, ASGIApp.__call__",
            "this package's connection would not know its app and its request",
            _in_asgi("__call__", name),
        )
        for name in ("sanic_app", "request")
    ),
)
"""Without one of these, ASGI is left to Sanic's own connection."""


def missing(readings: tuple[Reading, ...]) -> list[Reading]:
    """Return those that the installed Sanic does not have."""
    return [each for each in readings if not each.holds()]


def demand() -> None:
    """Raise UnknownSanicError where nothing would be served right; log what else is lost."""
    for each in missing(SERVING):
        raise UnknownSanicError(SANIC_VERSION, str(each))
    for each in missing(GUARANTEES):
        logger.warning("Sanic %s: %s", SANIC_VERSION, each)


def serves_asgi() -> bool:
    """Whether this package may serve ASGI; logs why not."""
    lost = missing(ASGI)
    for each in lost:
        logger.warning(
            "Sanic %s: %s; under ASGI, Sanic's own connection serves", SANIC_VERSION, each
        )
    return not lost
