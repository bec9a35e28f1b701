"""How the bytes of a decoder's case arrive."""

from __future__ import annotations

import pytest

from .decoding import Cut, bytewise, tailed, whole


@pytest.fixture(params=[whole, bytewise, tailed], ids=lambda cut: str(cut.__name__))
def cut(request: pytest.FixtureRequest) -> Cut:
    """How the bytes of a case arrive."""
    cut: Cut = request.param
    return cut
