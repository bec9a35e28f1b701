"""Copy the checkout without the package into this folder, so that tests import the wheel.

`python .ci/copy_suite.py CHECKOUT`, run in an empty folder.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

LEFT_OUT = shutil.ignore_patterns(
    "sanic_legacy_ws", ".git", ".tox", ".venv", "__pycache__", ".*_cache", "node_modules", "site"
)


def main(checkout: str) -> int:
    here = Path.cwd()
    for path in here.iterdir():
        shutil.rmtree(path) if path.is_dir() else path.unlink()
    shutil.copytree(checkout, here, ignore=LEFT_OUT, dirs_exist_ok=True)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1]))
