"""Each test runs on both event loops."""

from __future__ import annotations

import pytest


@pytest.fixture(params=["uvloop", "asyncio"])
def loop(request):
    if request.param == "uvloop":
        pytest.importorskip("uvloop")
    return request.param
