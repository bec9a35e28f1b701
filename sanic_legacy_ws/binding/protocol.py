"""`UpgradableProtocol`, for the Sanic that is installed."""

from __future__ import annotations

from .._compat.readings import demand
from .._compat.sanic import STREAMING_HTTP
from .upgradable import BaseUpgradableProtocol

_ForThisSanic: type[BaseUpgradableProtocol]
if STREAMING_HTTP:
    from .sanic2103 import StreamingProtocol as _ForThisSanic
else:
    from .sanic2012 import HttptoolsProtocol as _ForThisSanic


demand()  # every process that serves comes by here, before it serves


class UpgradableProtocol(_ForThisSanic):  # type: ignore[valid-type,misc]
    """Sanic's HTTP protocol, whose connections something else can take over.

    The constructor is that of Sanic 21.6's WebSocketProtocol; see `BaseUpgradableProtocol`.
    """

    __slots__ = ()


__all__ = ["UpgradableProtocol"]
