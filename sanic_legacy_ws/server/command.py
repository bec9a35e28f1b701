"""Sanic's own command line with this package installed.

Sanic starts this module again in each worker and on each reload, so the installation stands at
module level. It is no ``__main__.py``: multiprocessing leaves those out in what it spawns.
"""

from __future__ import annotations

from functools import wraps
from typing import Any

from .._compat.sanic import STARTER, Sanic
from ..binding.app_sockets import check
from ..binding.settings import SettingError
from .install import install

install()


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
        return start(self, *args, **kwargs)

    setattr(Sanic, STARTER, checked)


if __name__ == "__main__":
    from sanic.__main__ import main

    check_settings_first()
    main()
