"""Have every process of this environment measure its coverage while SLW_COVERAGE is set.

`python .ci/measure.py` writes a line into site-packages that each start of Python reads: servers,
their workers and the workers of pytest are measured as the tests are, on each Python alike.
coverage has such a line of its own since 7.10, for whoever has COVERAGE_PROCESS_START: so that is
set by ours, and by nothing else.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

CONFIG = Path(__file__).resolve().with_name("coverage.ini")
LINE = (
    'import os; os.environ.get("SLW_COVERAGE") and ('
    f"os.environ.update(COVERAGE_PROCESS_START={str(CONFIG)!r}), "
    '__import__("coverage").process_startup())\n'
)


def main() -> int:
    Path(sysconfig.get_path("purelib"), "slw_coverage.pth").write_text(LINE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
