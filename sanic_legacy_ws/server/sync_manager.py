"""The process in which Sanic's manager and workers keep their states, since 22.9, while they stop.

Where SIGTERM reaches a whole group (systemd by default), that process ends at once, and what asks
it for a state fails. And Sanic's manager asks for states ten times a second, and in its handler of
signals: one that arrives between a question and its answer has the two mix up their answers.
Either is a traceback, exit code 1, no ``after_server_stop``. This module is loaded in that process,
and so imports next to nothing.
"""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context, parent_process
from multiprocessing.managers import DictProxy, SyncManager
from typing import Any

_SIGNALS = {signal.SIGINT, signal.SIGTERM}  # whose handlers ask for states


class States(DictProxy):  # type: ignore[type-arg] # generic since Python 3.9
    """A shared dict that has its answer before a signal is handled."""

    def _callmethod(self, *args: Any, **kwargs: Any) -> Any:
        """Ask, and return the answer."""
        if not hasattr(signal, "pthread_sigmask"):  # Windows
            return super()._callmethod(*args, **kwargs)
        before = signal.pthread_sigmask(signal.SIG_BLOCK, _SIGNALS)
        try:
            return super()._callmethod(*args, **kwargs)
        finally:
            signal.pthread_sigmask(signal.SIG_SETMASK, before)


class _Manager(SyncManager):
    """One whose dicts are `States`."""


_Manager.register("dict", dict, States)


def manager() -> SyncManager:
    """As `multiprocessing.Manager`, which Sanic calls; it ends when Sanic tells it to."""
    made = _Manager(ctx=get_context())
    made.start(initializer=outlive_sigterm)
    return made


def outlive_sigterm() -> None:
    """Ignore SIGTERM as long as the process is there that started this one."""
    signal.signal(signal.SIGTERM, _end_if_left_alone)


def _end_if_left_alone(*_: object) -> None:
    parent = parent_process()
    if parent is None or not parent.is_alive():
        os._exit(0)
