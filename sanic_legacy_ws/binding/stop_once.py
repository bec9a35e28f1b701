"""A server that has begun to stop is not stopped again, however many signals it gets.

Ctrl+C in a terminal reaches every process of a group, as does SIGTERM from systemd by default; then
Sanic's manager signals its workers once more. Since 22.3, each call of Sanic's ``stop`` stops the
event loop, also while Sanic runs it to end connections: "Event loop stopped before Future
completed", and handlers and listeners are cut off. 25.12 takes its signal handlers away as soon as
the loop has stopped, and a signal from then on ends the process.
"""

from __future__ import annotations

import asyncio
import signal
import threading
from functools import wraps
from multiprocessing import parent_process
from typing import Any, Callable
from weakref import WeakSet, ref

from .._compat.sanic import STOPS_AGAIN, Sanic

Stop = Callable[..., Any]

_MARK = "sanic_legacy_ws_once"

_stopping: WeakSet[asyncio.AbstractEventLoop] = WeakSet()


def stop_once() -> Stop | None:
    """Return what is to be Sanic's ``stop``, None where it has that guard (or this one)."""
    stop: Stop = Sanic.stop
    return None if not STOPS_AGAIN or hasattr(stop, _MARK) else _guarded(stop)


def guard_stop() -> None:
    """Put `stop_once` in place, for good: where a server starts that nobody may `uninstall`."""
    stop = stop_once()
    if stop is not None:
        Sanic.stop = stop  # type: ignore[method-assign]


def _guarded(stop: Stop) -> Stop:
    @wraps(stop)
    def once(app: Any, *args: Any, **kwargs: Any) -> None:
        loop = _running_loop()
        if loop is None or loop not in _stopping:
            if loop is not None and _take_signals(loop):
                _stopping.add(loop)
            stop(app, *args, **kwargs)
        elif kwargs.get("terminate", True) and hasattr(app, "multiplexer"):
            app.multiplexer.terminate()  # by the app itself: the manager is to stop, too

    setattr(once, _MARK, True)
    return once


def _running_loop() -> asyncio.AbstractEventLoop | None:
    try:
        return asyncio.get_running_loop()
    except RuntimeError:
        return None


def _take_signals(loop: asyncio.AbstractEventLoop) -> bool:
    """Ignore from here on the signals that Sanic handles in ``loop``; whether it handles any."""
    if threading.current_thread() is not threading.main_thread():
        return False
    mask = getattr(signal, "pthread_sigmask", None)
    if mask is None:  # Windows, whose loops handle no signals
        return False
    taken = False
    # Between the loop's handler and ours there is none: a signal just then would end the process.
    before = mask(signal.SIG_BLOCK, _DEFAULTS)
    try:
        for number in _DEFAULTS:
            if loop.remove_signal_handler(number):
                signal.signal(number, _ignoring(loop))
                taken = True
    finally:
        mask(signal.SIG_SETMASK, before)
    return taken


_DEFAULTS: dict[int, Any] = {
    signal.SIGINT: signal.default_int_handler,
    signal.SIGTERM: signal.SIG_DFL,
}


def _ignoring(loop: asyncio.AbstractEventLoop) -> Callable[..., None]:
    """Return a handler that ignores a signal, in a worker to its end, else while the loop is open.

    A function, since SIG_IGN would be inherited by the programs that listeners start.
    """
    worker = parent_process() is not None
    served = ref(loop)

    def ignore(number: int, _: object) -> None:
        ended = served()
        if not worker and (ended is None or ended.is_closed()):
            signal.signal(number, _DEFAULTS[number])
            signal.raise_signal(number)

    return ignore
