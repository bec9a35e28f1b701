"""`WebSocketProtocol`, for the Sanic that is installed."""

from __future__ import annotations

from .._compat.sanic import STREAMING_HTTP
from .base import BaseWebSocketProtocol

_ForThisSanic: type[BaseWebSocketProtocol]
if STREAMING_HTTP:
    from .streaming_protocol import StreamingWebSocketProtocol as _ForThisSanic
else:
    from .httptools_protocol import HttptoolsWebSocketProtocol as _ForThisSanic


class WebSocketProtocol(_ForThisSanic):  # type: ignore[valid-type,misc]
    """Sanic's HTTP protocol with the websockets-8 object: ``app.run(protocol=WebSocketProtocol)``.

    The constructor is that of Sanic 21.6's class; see `BaseWebSocketProtocol`.
    """

    __slots__ = ()


__all__ = ["WebSocketProtocol"]
