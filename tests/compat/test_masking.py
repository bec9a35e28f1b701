"""Which mask function is used."""

from __future__ import annotations

import importlib
import sys
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sanic_legacy_ws._compat import masking
from sanic_legacy_ws.wire.frames import mask_pure


@given(st.binary(max_size=300), st.binary(min_size=4, max_size=4))
def test_both_mask_alike(data: bytes, key: bytes) -> None:
    """The C function, where there is one, and ours."""
    assert masking.apply_mask(data, key) == mask_pure(data, key)


def test_without_the_c_extension(monkeypatch: pytest.MonkeyPatch) -> None:
    """A websockets that was installed without it is no hindrance."""
    monkeypatch.setitem(sys.modules, "websockets.speedups", None)
    try:
        reloaded: Any = importlib.reload(masking)
        assert reloaded.apply_mask is mask_pure
        assert reloaded.MASKING_IN_C is False
    finally:
        monkeypatch.undo()
        importlib.reload(masking)
