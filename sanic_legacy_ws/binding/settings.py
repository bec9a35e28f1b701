"""The WEBSOCKET_* settings of an app: their defaults, and what they may be."""

from __future__ import annotations

from functools import partial
from typing import Any, Callable, Mapping, NamedTuple, Sequence

from ..wire.deflate import DeflateParameters
from ..wire.handshake import AllowedOrigin, validate_origins


class _Unset:
    def __repr__(self) -> str:
        return "unset"


UNSET: Any = _Unset()
"""An argument of the protocol that Sanic did not pass."""


class SettingError(ValueError):
    """A setting that cannot be used; says which, and what it may be, or why."""


class Settings(NamedTuple):
    """Settings of an app's WebSockets. Times are in seconds, limits in bytes.

    The first seven are those of Sanic 21.6, with its defaults; None switches a limit off, as
    does 0 for the queue and the pings. The rest are described with `READERS`.
    """

    max_size: int | None = 2**20
    max_queue: int | None = 2**5
    read_limit: int = 2**16
    write_limit: int = 2**16
    ping_interval: float | None = 20
    ping_timeout: float | None = 20
    timeout: float = 10
    on_disconnect: str = "cancel"
    origins: list[AllowedOrigin] | None = None
    compression: DeflateParameters | Callable[..., Any] | None = None
    send_timeout: float | None = None
    before_upgrade: Callable[..., Any] | None = None
    select_subprotocol: Callable[..., Any] | None = None

    @classmethod
    def read(cls, config: Mapping[str, Any], given: Sequence[Any] = ()) -> Settings:
        """Take each setting from ``given``, else from ``config``'s WEBSOCKET_*, else its default.

        ``given`` holds the first settings, in order, UNSET for one that is not given. Raises
        SettingError for a value that cannot be used.
        """
        first = dict(zip(cls._fields, given))
        values = {}
        for name, reader in READERS.items():
            key = f"WEBSOCKET_{name.upper()}"
            value = first.get(name, UNSET)
            if value is UNSET:
                value = config.get(key, UNSET)
            if value is not UNSET:
                values[name] = reader(key, value)
        return cls(**values)

    def arguments(self) -> dict[str, Any]:
        """Return them as keyword arguments of websockets 8's connection, and of this package's."""
        return {
            "ping_interval": self.ping_interval,
            "ping_timeout": self.ping_timeout,
            "close_timeout": self.timeout,
            "max_size": self.max_size,
            "max_queue": self.max_queue,
            "read_limit": self.read_limit,
            "write_limit": self.write_limit,
        }


def _size(key: str, value: Any, off: str = "") -> int:
    if isinstance(value, float) and value.is_integer():
        value = int(value)  # 1e7 in the environment is a float to Sanic
    if isinstance(value, bool) or not isinstance(value, int) or value <= 0:
        raise SettingError(f"{key} must be a whole number above 0{off}, not {value!r}")
    return value


def _seconds(key: str, value: Any, off: str = "") -> float:
    if isinstance(value, bool) or not isinstance(value, (int, float)) or not value > 0:
        raise SettingError(f"{key} must be a number of seconds above 0{off}, not {value!r}")
    return value


def _size_or_none(key: str, value: Any) -> int | None:
    return None if value is None else _size(key, value, ", or None for no limit")


def _seconds_or_none(key: str, value: Any) -> float | None:
    return None if value is None else _seconds(key, value, ", or None for no limit")


# 0 is how apps for Sanic since 21.9 say off, and all that a variable of the environment can say.


def _size_or_off(key: str, value: Any) -> int | None:
    return None if value is None or value == 0 else _size(key, value, ", or 0 for no limit")


def _seconds_or_off(key: str, value: Any) -> float | None:
    return None if value is None or value == 0 else _seconds(key, value, ", or 0 to switch it off")


def _policy(key: str, value: Any) -> str:
    if value not in ("raise", "cancel"):
        raise SettingError(f'{key} must be "raise" or "cancel", not {value!r}')
    return str(value)


def _origins(key: str, value: Any) -> list[AllowedOrigin] | None:
    try:
        return validate_origins(value)
    except TypeError as exc:
        raise SettingError(f"{key}: {exc}") from None


def _compression(key: str, value: Any) -> Any:
    return value if callable(value) else compression(key, value)


def compression(key: str, value: Any) -> DeflateParameters | None:
    """Return the parameters for None or False, True or "deflate", or DeflateParameters."""
    if value is None or value is False:
        return None
    if value is True or value == "deflate":
        return DeflateParameters()
    if isinstance(value, DeflateParameters):
        return value
    raise SettingError(f'{key} must be None, "deflate" or DeflateParameters, not {value!r}')


def _hook(key: str, value: Any, *, of: str = "the request") -> Callable[..., Any] | None:
    if value is not None and not callable(value):
        raise SettingError(f"{key} must be a function of {of}, not {value!r}")
    hook: Callable[..., Any] | None = value
    return hook


READERS: dict[str, Callable[[str, Any], Any]] = {
    "max_size": _size_or_none,
    "max_queue": _size_or_off,
    "read_limit": _size,
    "write_limit": _size,
    "ping_interval": _seconds_or_off,
    "ping_timeout": _seconds_or_off,
    "timeout": _seconds,
    # What happens to a handler when its connection is gone: "raise" or "cancel".
    "on_disconnect": _policy,
    # Who may connect: None for any origin, or a list as for `wire.handshake.check_origin`.
    "origins": _origins,
    # permessage-deflate: None, "deflate" or DeflateParameters, or a function of the request that
    # returns one of them.
    "compression": _compression,
    # How long send waits for a peer that does not read, before the connection fails.
    "send_timeout": _seconds_or_none,
    # Called with the request before the upgrade; returns extra response headers, or raises.
    "before_upgrade": _hook,
    # Called with the request, the client's subprotocols and the route's; returns one of the
    # former, or None.
    "select_subprotocol": partial(_hook, of="the request and two lists"),
}
