"""The WEBSOCKET_* settings of an app: their defaults, and what they may be."""

from __future__ import annotations

from typing import Any, Callable, Mapping, NamedTuple
from weakref import WeakKeyDictionary

from ..connection.origins import AllowedOrigin, validate_origins


class SettingError(ValueError):
    """A WEBSOCKET_* setting that cannot be used; says which, and what it may be."""


class Unset:
    """Marks an argument that Sanic did not pass."""

    def __repr__(self) -> str:
        return "unset"


UNSET = Unset()


class Settings(NamedTuple):
    """Settings of an app's WebSockets. Times in seconds, limits in bytes, as on Sanic 21.6."""

    max_size: int | None = 2**20
    max_queue: int | None = 2**5
    read_limit: int = 2**16
    write_limit: int = 2**16
    ping_interval: float | None = 20
    ping_timeout: float | None = 20
    timeout: float = 10
    on_disconnect: str = "raise"
    origins: list[AllowedOrigin] | None = None
    before_upgrade: Callable[..., Any] | None = None
