"""The command ``sanic-legacy-ws``."""

from __future__ import annotations

import argparse
import os
import runpy
import sys
from typing import Sequence

from ._compat.version import __version__

ENOUGH = 128 + 13  # the exit code of a program that SIGPIPE ended
INTERRUPTED = 128 + 2  # that of one that SIGINT ended


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line ``argv`` (default: that of this process); return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    if arguments[:1] == ["run"]:
        return run(arguments[1:])
    if arguments[:1] == ["demo"]:
        return demo(arguments[1:])
    try:
        code = _tell(arguments)
        sys.stdout.flush()
    except KeyboardInterrupt:
        print("sanic-legacy-ws: interrupted", file=sys.stderr)
        return INTERRUPTED
    except BrokenPipeError:  # who reads, such as `head`, has enough
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return ENOUGH
    return code


def _tell(arguments: list[str]) -> int:
    """Run a command that serves nothing; return its exit code."""
    if arguments[:1] == ["doctor"]:
        return doctor(arguments[1:])
    if not arguments:
        _parser().print_help()
        return 0
    options = _parser().parse_args(arguments)
    result: int = options.run(options)
    return result


def run(arguments: Sequence[str]) -> int:
    """Run Sanic's command line with this package installed.

    ``--protocol module:Class`` is new: the class that serves WebSockets, such as one of a guest.
    """
    options = argparse.ArgumentParser("sanic-legacy-ws run", add_help=False, allow_abbrev=False)
    options.add_argument("--protocol", metavar="module:Class")
    given, rest = options.parse_known_args(arguments)
    if given.protocol is not None:
        os.environ["SANIC_LEGACY_WS_PROTOCOL"] = given.protocol
    sys.argv[1:] = rest
    runpy.run_module("sanic_legacy_ws.server.command", run_name="__main__", alter_sys=True)
    return 0


def demo(arguments: Sequence[str]) -> int:
    """Serve the demo, with its own arguments."""
    from .demo import run as serve

    return serve(arguments)


def doctor(arguments: Sequence[str]) -> int:
    """Tell what is installed, and try it."""
    from .doctor import run as tell

    return tell(arguments)


def _parser() -> argparse.ArgumentParser:
    from .migration import commands as migration  # not for a process that is going to serve

    parser = argparse.ArgumentParser(
        prog="sanic-legacy-ws",
        description="The WebSocket object of Sanic 21.6 and older, on every Sanic since 20.12.",
    )
    parser.add_argument("--version", action="version", version=__version__)
    commands = parser.add_subparsers(metavar="command", required=True)
    commands.add_parser(
        "run",
        add_help=False,
        help="serve an app like the command sanic, with the object of this package",
    )
    commands.add_parser("demo", add_help=False, help="serve a chat written for Sanic 20.12")
    commands.add_parser(
        "doctor", add_help=False, help="check the installation, and say what serves an app"
    )
    migration.add_parsers(commands)
    return parser


if __name__ == "__main__":
    sys.exit(main())
