"""What serves an app, seen from a process that imports it and does not start it.

``python -m sanic_legacy_ws.doctor.inspection REFERENCE FILE [install] [factory]`` writes JSON to
FILE: what a release of Sanic would serve the app by, with this package installed first, or not.
"""

from __future__ import annotations

import ast
import inspect
import json
import os
import sys
from collections import Counter
from pathlib import Path
from typing import Any, Iterator

from .._compat.sanic import SANIC, STARTER, Sanic, load_app, websocket_routes
from ..asgi.switch import asgi_installed
from ..binding.settings import READERS, SettingError, Settings
from ..guests.base import GuestProtocol, guest_factory
from ..server.install import chosen, install
from ..server.protocol import WebSocketProtocol

STARTS = {"run", "prepare", "create_server"}  # methods of an app that take a protocol


def inspect_app(reference: str, factory: bool) -> dict[str, Any]:
    """Import the app and return what is known about it, ready for JSON."""
    app = load_app(reference, factory)
    native = next(iter(reversed(list(chosen().values()))), None)
    return {
        "name": app.name,
        "native": [whose(native), "" if native is None else named(native)],
        "asgi": "this package" if asgi_installed() else "Sanic's own",
        "starts": [[where, *who] for where, *who in starts(reference)],
        "duplicates": duplicate_names(app),
        "routes": [
            [path, named(handler), _listed(subprotocols), guest_of(handler)]
            for path, handler, subprotocols in websocket_routes(app)
        ],
        **_settings(app.config),
    }


def duplicate_names(app: Any) -> list[str]:
    """Names that several routes of an app have, where the installed Sanic refuses that."""
    if SANIC < (23, 3):
        return []
    names = Counter(getattr(route.extra, "ident", route.name) for route in app.router.routes)
    return sorted(name for name, times in names.items() if times > 1)


def refuse_to_start() -> None:
    """Have an app whose module starts it, unguarded, end this process; nothing is started here."""

    def start(self: Any, *args: Any, **kwargs: Any) -> None:
        raise RuntimeError("run() without a guard: running Sanic in the global scope")

    setattr(Sanic, STARTER, start)


def _listed(subprotocols: Any) -> list[str]:
    """In the route's order, where that has one: up to 21.6 Sanic keeps a set."""
    unordered = isinstance(subprotocols, (set, frozenset))
    return sorted(subprotocols) if unordered else list(subprotocols or ())


def whose(protocol: Any) -> str:
    """Return whose protocol class this is."""
    if not isinstance(protocol, type):
        return "not to be told"
    if protocol is WebSocketProtocol:
        return "this package"
    if issubclass(protocol, WebSocketProtocol):
        return "a subclass of this package's"
    if issubclass(protocol, GuestProtocol):
        return f"guests: {named(protocol.guest)}"
    return "Sanic's own" if protocol.__module__.startswith("sanic.") else "the app's own"


def named(thing: Any) -> str:
    """Return where a function or class is defined, as ``module.name``."""
    thing = inspect.unwrap(getattr(thing, "func", thing))
    name = getattr(thing, "__qualname__", type(thing).__qualname__)
    return f"{getattr(thing, '__module__', '?')}.{name}"


def guest_of(handler: Any) -> str:
    """Return the guest that a route is marked with, or an empty string."""
    factory = guest_factory(handler)
    return "" if factory is None else named(factory)


# What the app's own file starts it with.


def starts(reference: str) -> Iterator[tuple[str, str, str]]:
    """Give each call in the app's module that starts a server: where, whose protocol, its name."""
    module = sys.modules.get(reference.rpartition(":" if ":" in reference else ".")[0] or reference)
    file = getattr(module, "__file__", None)
    if module is None or file is None:
        return
    for call in ast.walk(ast.parse(Path(file).read_text(encoding="utf-8"))):
        if not isinstance(call, ast.Call) or not isinstance(call.func, ast.Attribute):
            continue
        given = [argument.value for argument in call.keywords if argument.arg == "protocol"]
        if call.func.attr in STARTS and given:
            protocol = _meant(given[0], vars(module))
            where = f"{os.path.relpath(file)}:{call.lineno}"
            yield where, whose(protocol), named(protocol) if protocol is not None else ""


def _meant(expression: ast.expr, names: dict[str, Any]) -> Any:
    """Return what a name, dotted or not, stands for in a module; None where that is not known."""
    if isinstance(expression, ast.Name):
        return names.get(expression.id)
    if isinstance(expression, ast.Attribute):
        return getattr(_meant(expression.value, names), expression.attr, None)
    return None


# Where settings come from.


def _settings(config: Any) -> dict[str, Any]:
    try:
        effective = Settings.read(config)
    except SettingError as exc:
        return {"settings": [], "wrong": str(exc)}
    rows = []
    for name in READERS:
        key = f"WEBSOCKET_{name.upper()}"
        value = config.get(key, getattr(effective, name))
        shown = named(value) if callable(value) else repr(value)
        rows.append([key, shown, _origin(key, config), _known_to_sanic(key)])
    return {"settings": rows, "wrong": ""}


def _origin(key: str, config: Any) -> str:
    """Return who said so; a value that is set to its default is told as the default."""
    if key not in config:
        return "default of this package"
    if f"SANIC_{key}" in os.environ and config[key] == type(config)().get(key):
        return f"environment, SANIC_{key}"
    if _known_to_sanic(key) and config[key] == _defaults()[key]:
        return "default of Sanic"
    return "the app's config"


def _known_to_sanic(key: str) -> bool:
    return key in _defaults()


def _defaults() -> dict[str, Any]:
    from sanic.config import DEFAULT_CONFIG

    return dict(DEFAULT_CONFIG)


def main(reference: str, file: str, *more: str) -> None:
    """Write what is known about an app to a file."""
    if "install" in more:
        install()
    refuse_to_start()
    Path(file).write_text(json.dumps(inspect_app(reference, "factory" in more)), encoding="utf-8")


if __name__ == "__main__":
    main(*sys.argv[1:])
