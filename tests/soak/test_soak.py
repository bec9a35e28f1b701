"""A short soak; `python -m tests.soak` is the long one."""

from __future__ import annotations

import pytest

from tests.support.versions import IF_EVERYTHING

from .traffic import soak


@IF_EVERYTHING
@pytest.mark.parametrize(
    ("loop", "seconds"),
    [
        ("uvloop", 2),
        pytest.param("uvloop", 30, marks=pytest.mark.slow),
        pytest.param("asyncio", 30, marks=pytest.mark.slow),
    ],
)
def test_nothing_is_lost_or_left_behind(loop, seconds):
    """Every message arrives in order; tasks and files are back to the start, memory is flat."""
    if loop == "uvloop":
        pytest.importorskip("uvloop")
    assert soak(seconds, loop).faults() == []
