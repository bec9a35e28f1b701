"""Make this package what Sanic serves WebSockets with, and undo that.

Sanic chooses its protocol class by a module's global, looked up when it starts to serve. That is
what `install` replaces: on all lines, and early enough as long as it runs before the app does.
"""

from __future__ import annotations

import sys
from importlib import import_module
from importlib.util import find_spec

from .._compat.sanic import SANIC_VERSION, Sanic, choosers, module_or_none
from .._compat.unknown import UnknownSanicError
from ..asgi.switch import install_asgi, uninstall_asgi
from ..binding.stop_once import stop_once
from . import old_module
from .protocol import WebSocketProtocol
from .sync_manager import manager

ALIAS = "sanic.websocket"

_MISSING = object()
_replaced: list[tuple[object, str, object]] = []


def install(protocol: type | None = None) -> None:
    """Let every Sanic app of this process serve its WebSockets by ``protocol``.

    ``protocol`` is `WebSocketProtocol` by default, or the class of a guest, such as
    ``sanic_legacy_ws.guests.wsproto.WsprotoProtocol``. Call it before the app runs, in every
    process of the app: best at the top of the module that has the app. It brings back the module
    ``sanic.websocket`` if Sanic has none. A second call does nothing, or replaces ``protocol``;
    `uninstall` undoes it. Raises TypeError if ``protocol`` is not a protocol class for WebSockets,
    and ImportError on a Sanic that has nothing to replace.
    """
    if protocol is not None and not hasattr(protocol, "websocket_handshake"):
        raise TypeError(f"{protocol!r} is not a protocol class: it has no websocket_handshake")
    if not choosers():
        missing = (
            "no module of it has a WebSocketProtocol to serve by (in 25.12: mixins/startup.py)"
        )
        raise UnknownSanicError(SANIC_VERSION, missing)
    if not _replaced:
        _install_alias()
        install_asgi()
        _stop_well()
        _choose(WebSocketProtocol)
    if protocol is not None:
        _choose(protocol)


def _choose(protocol: type) -> None:
    """Have Sanic find ``protocol`` wherever it looks up the class that it serves by."""
    for module in choosers():
        _replace(module, "WebSocketProtocol", protocol)
    if find_spec("gunicorn") is not None and find_spec("sanic.worker") is not None:
        worker = getattr(import_module("sanic.worker"), "GunicornWorker", None)
        if hasattr(worker, "websocket_protocol"):
            _replace(worker, "websocket_protocol", protocol)


def _stop_well() -> None:
    """Have signals that reach every process of a group do no harm; see `binding.stop_once`."""
    stop = stop_once()
    if stop is not None:
        _replace(Sanic, "stop", stop)
    for module in choosers():
        if hasattr(module, "Manager"):
            _replace(module, "Manager", manager)


def uninstall() -> None:
    """Undo `install`. Apps that run already do not change."""
    uninstall_asgi()
    while _replaced:
        target, name, original = _replaced.pop()
        if original is _MISSING:
            delattr(target, name)
        else:
            setattr(target, name, original)
    if sys.modules.get(ALIAS) is old_module:
        del sys.modules[ALIAS]


def chosen() -> dict[str, type]:
    """Return the protocol class that Sanic finds when it serves, by the names it looks it up by."""
    return {
        f"{module.__name__}.WebSocketProtocol": module.WebSocketProtocol for module in choosers()
    }


def _install_alias() -> None:
    """Up to 21.6 the module exists, and gets our names; since 21.9 it is ours."""
    module = module_or_none(ALIAS)
    if module is None:
        sys.modules[ALIAS] = old_module
        _replace(import_module("sanic"), "websocket", old_module)
        return
    for name in old_module.__all__:
        _replace(module, name, getattr(old_module, name))


def _replace(target: object, name: str, value: object) -> None:
    _replaced.append((target, name, getattr(target, name, _MISSING)))
    setattr(target, name, value)
