"""``sanic-legacy-ws demo``: a chat as one wrote it for Sanic 20.12, on any Sanic."""

from __future__ import annotations

import argparse
import inspect
from typing import Any, Sequence


def run(argv: Sequence[str] = ()) -> int:
    """Serve the demo until it is interrupted.

    ``argv`` holds the command's arguments: ``--host`` (127.0.0.1) and ``--port`` (8000). Returns
    the exit code.
    """
    arguments = _parser().parse_args(argv)
    from ..server.install import install

    install()
    from .app import app

    print(f"The demo is at http://{arguments.host}:{arguments.port}/ - end it with Ctrl+C")
    # Everyone in the chat is in one set, in one process.
    wanted = {"single_process": True, "motd": False, "access_log": True}
    app.run(host=arguments.host, port=arguments.port, **_known(app.run, wanted))
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sanic-legacy-ws demo", description="Serve a chat written for Sanic 20.12."
    )
    parser.add_argument("--host", default="127.0.0.1", help="address to listen on")
    parser.add_argument("--port", default=8000, type=int, help="port to listen on")
    return parser


def _known(function: Any, arguments: dict[str, Any]) -> dict[str, Any]:
    """Return the arguments that this release's ``function`` has."""
    names = inspect.signature(function).parameters
    return {name: value for name, value in arguments.items() if name in names}
