"""Where a server itself does otherwise: docs/reference/asgi.md.

A test that is marked has to fail under that server. Where it passes, the server has learned
something, and the mark and the page are to be brought up to date.
"""

from __future__ import annotations

from typing import Any

import pytest

REASONLESS = "carries no reasons of close frames"
HEADERLESS = "adds no headers to the handshake"
DROPS = "drops its connections when it stops"
CODES = "closes with 1000, or 3000 and above, only"
EMPTY = "sends no empty messages"
TOKENS_ONLY = "refuses a subprotocol that is no token"
REFUSES = "refuses such a request"
REFUSES_BY_403 = "refuses by a bare 403"


def otherwise(kind: str, what: str, **parameters: Any) -> pytest.MarkDecorator:
    """Mark a test that ``kind`` fails, with these parameters only if there are any."""
    return pytest.mark.otherwise(kind, what, parameters)
