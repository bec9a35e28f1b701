"""What Sanic says where an app does not start on it, and the rule that tells what to do.

Its WebSockets are not the reason; but an app that moves to a newer Sanic meets these first. Each
pattern is read against ``"ExceptionType: message"``, as 21.3 to 25.12 word it.
"""

from __future__ import annotations

import re
from typing import Iterator, NamedTuple, Pattern


class Cause(NamedTuple):
    """A rule of the checker, and how its cause shows while an app starts; None: not at all."""

    code: str
    title: str
    says: Pattern[str] | None


def _cause(code: str, title: str, says: str | None) -> Cause:
    return Cause(code, title, re.compile(says) if says is not None else None)


ATTRIBUTE = _cause(
    "SLW601", "an attribute set on the app", r"Setting variables on \w+ instances is not allowed"
)
UNNAMED = _cause(
    "SLW602",
    "Sanic() or Blueprint() without a name",
    r"instance cannot be unnamed|missing 1 required positional argument: 'name'",
)
INVALID_NAME = _cause(
    "SLW603", "a name with a dot, a space or the like", r"named '.*' uses an invalid format"
)
SAME_NAME = _cause("SLW604", "two routes with one name", r"Duplicate route names detected")
NOT_STARTED = _cause(
    "SLW605",
    "create_server() without startup()",
    r"Cannot run Sanic server without first running",
)
UNGUARDED = _cause(
    "SLW606",
    'app.run() without `if __name__ == "__main__":`',
    r"running Sanic in the global scope|Sanic app name .* not found|context has already been set"
    r"|has finished its bootstrapping phase",
)
ABORT = _cause("SLW607", "sanic.exceptions.abort", r"cannot import name 'abort' from 'sanic")
REMOVED = _cause(
    "SLW608",
    "a name that Sanic has removed",
    r"cannot import name '(StreamingHTTPResponse|stream|CompositionView|add_status_code|LOGO"
    r"|BASE_LOGO|trigger_events|log|get_event_loop|reloader_helpers|serve_(single|multiple)"
    r"|HttpProtocol|RouteExists|RouteDoesNotExist|remove_entity_headers)' from 'sanic"
    r"|No module named 'sanic.(testing|reloader_helpers)'",
)
REQUEST_ITEM = _cause(
    "SLW609",
    "an item of the request, as in a dict",
    r"'Request' object (is not subscriptable|does not support item)",
)
BODY_BYTES = _cause("SLW610", "HTTPResponse(body_bytes=...)", r"keyword argument 'body_bytes'")
RENAMED = _cause(
    "SLW611",
    "a name that the app, its config or its router no longer has",
    r"has no attribute 'register_blueprint'|Config has no 'from_(object|pyfile|envvar)'"
    r"|'Config' object has no attribute 'from_(object|pyfile|envvar)'"
    r"|'Router' object has no attribute 'routes_(names|always_check|static_files)'",
)
ARGUMENT = _cause(
    "SLW612",
    "an argument that Sanic has removed",
    r"keyword argument '(load_env|register|legacy|status_code|stop_event)'"
    r"|keyword argument '(before|after)_(start|stop)'"
    r"|run\(\) got an unexpected keyword argument 'log_config'",
)
COOKIE = _cause(
    "SLW613",
    "an item of response.cookies, as in a dict",
    r"'CookieJar' object (is not subscriptable|does not support item)",
)
PATH_TYPE = _cause("SLW614", "the path types string and number", None)
UNSEEN = _cause("SLW615", "an app, or a part of it, that workers do not make", None)

NO_WEBSOCKET = (
    ATTRIBUTE,
    UNNAMED,
    INVALID_NAME,
    SAME_NAME,
    NOT_STARTED,
    UNGUARDED,
    ABORT,
    REMOVED,
    REQUEST_ITEM,
    BODY_BYTES,
    RENAMED,
    ARGUMENT,
    COOKIE,
    PATH_TYPE,
    UNSEEN,
)
# Rules about WebSockets whose cause shows as an import that fails.
IMPORTS = (
    _cause("SLW101", "import from the removed module sanic.websocket", r"named 'sanic\.websocket'"),
    _cause(
        "SLW103",
        "a module of websockets' old implementation",
        r"(named|name|module) '(websockets\.)?(handshake|framing|http)'",
    ),
)


def cause_of(error: BaseException) -> Cause | None:
    """The cause that an exception, or one that led to it, tells of."""
    found = (cause_in(f"{type(known).__name__}: {known}") for known in _chain(error))
    return next(filter(None, found), None)


def cause_in(text: str) -> Cause | None:
    """The cause that the last line of a traceback tells of."""
    for cause in (*NO_WEBSOCKET, *IMPORTS):
        if cause.says is not None and cause.says.search(text):
            return cause
    return None


def _chain(error: BaseException) -> Iterator[BaseException]:
    seen: set[int] = set()
    current: BaseException | None = error
    while current is not None and id(current) not in seen:
        seen.add(id(current))
        yield current
        current = current.__cause__ or current.__context__
