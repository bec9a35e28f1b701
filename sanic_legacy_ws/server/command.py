"""Sanic's own command line with this package installed.

Sanic starts this module again in each worker and on each reload, so the installation stands at
module level. It is no ``__main__.py``: multiprocessing leaves those out in what it spawns.
"""

from __future__ import annotations

from .install import install

install()

if __name__ == "__main__":
    from sanic.__main__ import main

    main()
