"""Print how many tests each environment ran, and the sum: `python3 .ci/summary.py FOLDER`."""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree


def main(folder: str) -> int:
    total = [0, 0, 0]
    print(f"{'environment':<18} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8}")
    for path in sorted(Path(folder).glob("*.xml")):
        suites = list(ElementTree.parse(path).getroot().iter("testsuite"))
        counts = _counts(suites)
        seconds = sum(float(suite.get("time", 0)) for suite in suites)
        total = [a + b for a, b in zip(total, counts)]
        print(f"{path.stem:<18} {counts[0]:>7} {counts[1]:>7} {counts[2]:>8} {seconds:>8.0f}")
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 0


def _counts(suites: list[ElementTree.Element]) -> list[int]:
    """Return the tests that passed, failed and were skipped in one report."""
    counts = [0, 0, 0]
    for suite in suites:
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts[0] += int(suite.get("tests", 0)) - failed - skipped
        counts[1] += failed
        counts[2] += skipped
    return counts


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
