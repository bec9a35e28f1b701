"""How the bytes of a decoder's case arrive."""

from __future__ import annotations

import pytest
from hypothesis import settings

from tests.support import sanic_version

from .decoding import Cut, at_once, bytewise, tailed, whole

if sanic_version < (25, 12):  # this code is the same with every Sanic
    settings.register_profile("line", max_examples=25)
    settings.load_profile("line")


@pytest.fixture(params=[whole, at_once, bytewise, tailed], ids=lambda cut: str(cut.__name__))
def cut(request: pytest.FixtureRequest) -> Cut:
    """How the bytes of a case arrive."""
    cut: Cut = request.param
    return cut
