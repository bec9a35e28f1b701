"""What the tests of the examples share."""

from __future__ import annotations

import importlib.util
from pathlib import Path

import pytest

from tests.support import Server, sanic_version

EXAMPLES = Path(__file__).resolve().parent.parent.parent / "examples"

newest_only = pytest.mark.skipif(
    sanic_version < (25, 12), reason="the examples are written for the newest Sanic"
)


def needs(*modules: str):
    """Skip where a library that an example uses is not installed."""
    missing = [name for name in modules if importlib.util.find_spec(name) is None]
    return pytest.mark.skipif(bool(missing), reason=f"not installed: {', '.join(missing)}")


def example(name: str, **options) -> Server:
    """A server of `examples/NAME/app.py`, not started."""
    return Server("app:app", path=[EXAMPLES / name], **options)
