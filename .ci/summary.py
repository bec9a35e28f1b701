"""Print how many tests each environment ran, which failed, and the sum.

`python3 .ci/summary.py FOLDER`, with the folder of the reports that pytest wrote.
"""

from __future__ import annotations

import sys
from pathlib import Path
from xml.etree import ElementTree


def main(folder: str) -> int:
    total, failed = [0, 0, 0], []
    print(f"{'environment':<18} {'passed':>7} {'failed':>7} {'skipped':>8} {'seconds':>8}")
    for path in sorted(Path(folder).glob("*.xml")):
        root = ElementTree.parse(path).getroot()
        counts = _counts(root)
        seconds = sum(float(suite.get("time", 0)) for suite in root.iter("testsuite"))
        total = [a + b for a, b in zip(total, counts)]
        failed += [f"failed in {path.stem}: {name}" for name in _failed(root)]
        print(f"{path.stem:<18} {counts[0]:>7} {counts[1]:>7} {counts[2]:>8} {seconds:>8.0f}")
    print("".join(f"{line}\n" for line in failed), end="")
    print(f"{total[0]} passed, {total[1]} failed, {total[2]} skipped")
    return 0


def _counts(root: ElementTree.Element) -> list[int]:
    """Return the tests that passed, failed and were skipped in one report."""
    counts = [0, 0, 0]
    for suite in root.iter("testsuite"):
        failed = int(suite.get("failures", 0)) + int(suite.get("errors", 0))
        skipped = int(suite.get("skipped", 0))
        counts[0] += int(suite.get("tests", 0)) - failed - skipped
        counts[1] += failed
        counts[2] += skipped
    return counts


def _failed(root: ElementTree.Element) -> list[str]:
    """Return the names of the tests that failed in one report."""
    return [
        f"{case.get('classname')}.{case.get('name')}"
        for case in root.iter("testcase")
        if case.find("failure") is not None or case.find("error") is not None
    ]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
