"""Have every process of this environment measure its coverage while SLW_COVERAGE is set.

`python .ci/measure.py` writes a line into site-packages that each start of Python reads: servers,
their workers and the workers of pytest are measured as the tests are, on each Python alike.
"""

from __future__ import annotations

import sys
import sysconfig
from pathlib import Path

LINE = 'import os; os.environ.get("SLW_COVERAGE") and __import__("coverage").process_startup()\n'


def main() -> int:
    Path(sysconfig.get_path("purelib"), "slw_coverage.pth").write_text(LINE)
    return 0


if __name__ == "__main__":
    sys.exit(main())
