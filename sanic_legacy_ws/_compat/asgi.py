"""What differs between ASGI servers."""

from __future__ import annotations

from typing import Any


def closes_when_not_receiving(receive: Any) -> bool:
    """Whether the server of this ``receive`` sends no close frame while a call of it waits.

    granian (seen with 1.6, 2.5 and 2.8): closing takes both halves of its connection, and one of
    them is with ``receive`` until the peer says something.
    """
    return type(getattr(receive, "__self__", None)).__module__.partition(".")[0] == "granian"
