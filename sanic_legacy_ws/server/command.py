"""Sanic's own command line with this package installed.

Sanic starts this module again in each worker and on each reload, so the installation stands at
module level. It is no ``__main__.py``: multiprocessing leaves those out in what it spawns. What
``--protocol`` names is passed on to them in the environment.
"""

from __future__ import annotations

import logging
import os
import sys
from functools import wraps
from importlib import import_module
from typing import Any

from .._compat.sanic import STARTER, Sanic
from ..binding.app_sockets import check
from ..binding.settings import SettingError
from .failures import refuse_unguarded, tell_causes, tell_of_the_end
from .install import install

PROTOCOL = "SANIC_LEGACY_WS_PROTOCOL"
"""The environment variable with the class to serve by, as ``module:Class``."""


def install_chosen() -> None:
    """Install this package, or the protocol class that the command line named."""
    install()  # first: the class may stand in an app that imports sanic.websocket
    reference = os.environ.get(PROTOCOL)
    if not reference:
        return
    folder = os.getcwd()
    if folder not in sys.path:
        sys.path.append(folder)  # as Sanic does, for the app
    module, _, name = reference.partition(":")
    try:
        install(getattr(import_module(module), name))
    except (ImportError, AttributeError, TypeError, ValueError) as exc:
        raise SystemExit(f"sanic-legacy-ws run: --protocol {reference}: {exc}") from None


install_chosen()
tell_causes()


def check_settings_first() -> None:
    """Have an app that cannot be served end this process, with one line that says why.

    A worker that finds it out is one worker less for Sanic: up to 22.6 the command would end
    with 0, and later its manager waits for that worker or kills itself. Sanic's command also
    swallows a ValueError, up to 22.3.
    """
    start = getattr(Sanic, STARTER)

    @wraps(start)
    def checked(self: Any, *args: Any, **kwargs: Any) -> Any:
        try:
            if self.websocket_enabled:
                check(self.config)
        except SettingError as exc:
            raise SystemExit(f"sanic-legacy-ws run: {exc}") from None
        refuse_unguarded(bool(kwargs.get("single_process")))
        return start(self, *args, **kwargs)

    setattr(Sanic, STARTER, checked)


class GivesUp:
    """Notes whether Sanic's command gave up: on every line it logs why, and then ends with 0."""

    SAYS = ("Failed to run app", "No module named")

    def __init__(self) -> None:
        self.seen = False
        for name in ("sanic.error", "sanic.root"):  # the second up to 21.3
            logging.getLogger(name).addFilter(self.look)

    def look(self, record: logging.LogRecord) -> bool:
        """Look at what is logged; let all of it through."""
        self.seen = self.seen or str(record.msg).startswith(self.SAYS)
        return True


if __name__ == "__main__":
    from sanic.__main__ import main

    check_settings_first()
    tell_of_the_end()
    gives_up = GivesUp()
    main()
    if gives_up.seen:
        sys.exit("sanic-legacy-ws run: no app was started")
