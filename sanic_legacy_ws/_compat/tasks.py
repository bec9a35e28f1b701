"""What asyncio's tasks learned over the Python versions."""

from __future__ import annotations

import asyncio
from typing import Any


def uncancel(task: asyncio.Task[Any]) -> int:
    """Take one cancellation back; return how many are left, 0 before Python 3.11 counted them."""
    take_back = getattr(task, "uncancel", None)
    return 0 if take_back is None else take_back()
