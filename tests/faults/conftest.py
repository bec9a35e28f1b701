"""Each test runs on both event loops, or on the one of this environment."""

from __future__ import annotations

import pytest

from tests.support import LOOPS


@pytest.fixture(params=LOOPS)
def loop(request):
    if request.param == "uvloop":
        pytest.importorskip("uvloop")
    return request.param
