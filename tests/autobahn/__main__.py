"""`python -m tests.autobahn [--loop asyncio] [--without '12.*'] [CASE ...]`: run Autobahn's cases.

All of them by default. Prints the line to quote, the slowest cases and what is not accepted.
"""

from __future__ import annotations

import argparse
import sys
import time

from .cases import line, run


def main() -> int:
    parser = argparse.ArgumentParser(prog="python -m tests.autobahn")
    parser.add_argument("cases", nargs="*", metavar="CASE", help="such as 9.1.1 or '12.*'")
    parser.add_argument("--without", action="append", default=[], metavar="CASE")
    parser.add_argument("--loop", choices=["uvloop", "asyncio"], default="uvloop")
    parser.add_argument("--at-once", type=int, default=2, help="cases that run in parallel")
    options = parser.parse_args()
    began = time.monotonic()
    verdicts = run(options.loop, options.cases or None, options.without, options.at_once)
    print(f"{options.loop}: {line(verdicts)}; {time.monotonic() - began:.0f} s")
    for verdict in sorted(verdicts, key=lambda verdict: -verdict.seconds)[:5]:
        print(f"  {verdict.case}: {verdict.seconds:.1f} s")
    bad = [verdict for verdict in verdicts if not verdict.accepted]
    for verdict in bad:
        print(f"{verdict.case}: {verdict.messages}, closing {verdict.close}: {verdict.why}")
    return 1 if bad or not verdicts else 0


if __name__ == "__main__":
    sys.exit(main())
