"""The checker knows functions whose request is none."""

from __future__ import annotations

import pytest

from sanic_legacy_ws.migration.given_data import given_data
from sanic_legacy_ws.migration.inference.syntax import Module

CHAIN = "def a(request):\n    b(request)\n\ndef b(request):\n    c(1, request)\n\n"


@pytest.mark.parametrize(
    ("source", "found"),
    [
        ("a(data)", {"a"}),
        ("a({'x': 1})", {"a"}),
        ("a(request.json)", {"a"}),
        ("import util\nutil.a(payload)", {"a"}),
        (CHAIN + "a(data)", {"a", "b"}),
        ("a(request)\na(request_mock)\na(r)\na(ctx)\na(self.request)\na(Fake())", set()),
        ("user.a(data)", set()),
        ("@app.get('/')\n" + CHAIN + "a(data)", {"a"}),
    ],
)
def test_given_data(source, found):
    """Data under its own name tells, and goes on to what it is handed to."""
    assert given_data([Module("app.py", source)]) == found
