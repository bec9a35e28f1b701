"""``sanic-legacy-ws demo``: a chat written for Sanic 20.12, on any Sanic."""

from __future__ import annotations

import argparse
from typing import Sequence


def run(argv: Sequence[str] = ()) -> int:
    """Serve the demo until it is interrupted.

    ``argv`` holds the command's arguments: ``--host`` (127.0.0.1) and ``--port`` (8000). Returns
    the exit code.
    """
    arguments = _parser().parse_args(argv)
    from .._compat.sanic import run_here
    from ..server.install import install

    install()
    from .app import app

    print(f"The demo is at http://{arguments.host}:{arguments.port}/ - end it with Ctrl+C")
    # Everyone in the chat is in one set, in one process.
    run_here(app, host=arguments.host, port=arguments.port, access_log=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sanic-legacy-ws demo", description="Serve a chat written for Sanic 20.12."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=8000, type=int, help="port to listen on")
    return parser
