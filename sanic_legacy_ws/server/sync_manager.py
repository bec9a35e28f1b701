"""The process in which Sanic's manager and workers keep their states, since 22.9, outlives SIGTERM.

Where SIGTERM reaches a whole group (systemd by default), that process ends at once, and what asks
it for a state fails while it stops: a traceback, exit code 1, no ``after_server_stop``. This module
is loaded in that process, and so imports next to nothing.
"""

from __future__ import annotations

import os
import signal
from multiprocessing import get_context, parent_process
from multiprocessing.managers import SyncManager


def manager() -> SyncManager:
    """As `multiprocessing.Manager`, which Sanic calls; it ends when Sanic tells it to."""
    made = SyncManager(ctx=get_context())
    made.start(initializer=outlive_sigterm)
    return made


def outlive_sigterm() -> None:
    """Ignore SIGTERM as long as the process is there that started this one."""
    signal.signal(signal.SIGTERM, _end_if_left_alone)


def _end_if_left_alone(*_: object) -> None:
    parent = parent_process()
    if parent is None or not parent.is_alive():
        os._exit(0)
