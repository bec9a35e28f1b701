"""`UpgradableProtocol`, for the Sanic that is installed."""

from __future__ import annotations

from .._compat.sanic import STREAMING_HTTP
from .base import BaseUpgradableProtocol

_ForThisSanic: type[BaseUpgradableProtocol]
if STREAMING_HTTP:
    from .streaming_protocol import StreamingProtocol as _ForThisSanic
else:
    from .httptools_protocol import HttptoolsProtocol as _ForThisSanic


class UpgradableProtocol(_ForThisSanic):  # type: ignore[valid-type,misc]
    """Sanic's HTTP protocol, whose connections something else can take over.

    The constructor is that of Sanic 21.6's WebSocketProtocol; see `BaseUpgradableProtocol`.
    """

    __slots__ = ()


__all__ = ["UpgradableProtocol"]
