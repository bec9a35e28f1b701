"""`python -m tests.soak [--seconds N] [--loop asyncio]`: mixed traffic for N seconds (600)."""

from __future__ import annotations

import argparse
import sys

from .traffic import soak


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.soak")
    parser.add_argument("--seconds", type=float, default=600)
    parser.add_argument("--loop", choices=["uvloop", "asyncio"], default="uvloop")
    options = parser.parse_args()
    report = soak(options.seconds, options.loop)
    print(
        f"{options.loop}, {options.seconds:.0f} s: {report.sessions} sessions, "
        f"{report.messages} messages, {report.lost} lost"
    )
    for name in ("first", "warm", "last"):
        state = getattr(report, name)
        print(
            f"  {name}: {state.tasks} tasks, {state.connections} connections, "
            f"{state.files} files, {state.rss >> 10} KiB"
        )
    faults = report.faults()
    for fault in faults:
        print(fault)
    if "Traceback" in report.log:
        print(report.log[-5000:])
    return 1 if faults else 0


if __name__ == "__main__":
    sys.exit(main())
