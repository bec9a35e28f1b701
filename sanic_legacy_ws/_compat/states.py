"""The State that the installed websockets compares with, by ``is``, as apps do."""

from __future__ import annotations

try:
    from websockets.protocol import State  # 8, and since 11
except ImportError:
    # 9 and 10, where this module warns of nothing. 9 has another enum of that name besides, in
    # websockets.connection; handlers never saw it.
    from websockets.legacy.protocol import State  # type: ignore[attr-defined]

__all__ = ["State"]
