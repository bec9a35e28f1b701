"""``python -m sanic_legacy_ws.migration``: the migration commands alone."""

from __future__ import annotations

import argparse
import sys
from typing import Sequence

from .commands import add_parsers


def main(argv: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser(prog="sanic-legacy-ws")
    add_parsers(parser.add_subparsers(dest="command", required=True, metavar="COMMAND"))
    args = parser.parse_args(argv)
    status: int = args.run(args)
    return status


if __name__ == "__main__":
    sys.exit(main())
