"""The command ``sanic-legacy-ws``."""

from __future__ import annotations

import argparse
import runpy
import sys
from typing import Sequence

from ._compat.version import __version__


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: that of this process); return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["run"]:
        return run(arguments[1:])
    options = _parser().parse_args(arguments)
    result: int = options.run(options)
    return result


def run(arguments: Sequence[str]) -> int:
    """Run Sanic's command line with this package installed."""
    sys.argv[1:] = arguments
    runpy.run_module("sanic_legacy_ws.server", run_name="__main__", alter_sys=True)
    return 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sanic-legacy-ws", description="Legacy WebSockets for Sanic."
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="command", required=True)
    commands.add_parser(
        "run",
        add_help=False,
        help="run an app as the command sanic does, with this package installed",
    )
    return parser


if __name__ == "__main__":
    sys.exit(main())
