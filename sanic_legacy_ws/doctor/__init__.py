"""``sanic-legacy-ws doctor``: what is installed, whether it works, and how an app is served."""

from __future__ import annotations

import argparse
import sys
from typing import Sequence

from .app import examine
from .installed import installed
from .report import Report, as_json, as_text
from .roundtrip import round_trip


def run(argv: Sequence[str] = ()) -> int:
    """Print the report; return 0 where all is well, 1 where something is broken.

    ``argv`` holds the command's arguments: ``--app REFERENCE``, ``--factory``, ``--format``. An
    argument that is wrong ends the process with 2.
    """
    parser = _parser()
    arguments = parser.parse_args(argv)
    if arguments.factory and arguments.app is None:
        parser.error("--factory needs --app")
    working = round_trip()
    report = Report([*installed(working), *working.sections])
    if arguments.app is not None:
        report.sections.extend(examine(arguments.app, arguments.factory))
    sys.stdout.write(as_json(report) if arguments.format == "json" else as_text(report))
    return 1 if report.broken else 0


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(
        prog="sanic-legacy-ws doctor",
        description="Show what is installed, and try a WebSocket on this machine.",
    )
    parser.add_argument(
        "--app",
        metavar="MODULE:APP",
        help="also say what serves this app; it is imported, but not started",
    )
    parser.add_argument(
        "--factory", action="store_true", help="MODULE:APP is a function that returns the app"
    )
    parser.add_argument(
        "--format", choices=("text", "json"), default="text", help="json is for programs"
    )
    return parser
