"""The websockets-8 WebSocket object for Sanic handlers, on Sanic 20.12 to 25.12."""

from ._compat.version import __version__

try:
    import sanic as _sanic  # noqa: F401
except ModuleNotFoundError:
    # The migration tools run where the app that they check cannot.
    __all__ = ["__version__"]
else:
    from ._compat.exceptions import ConnectionClosed, ConnectionClosedError, ConnectionClosedOK
    from .binding.worker import connections
    from .connection import LegacyWebSocket, State, broadcast
    from .server.install import install, uninstall
    from .server.protocol import WebSocketProtocol

    WebSocketCommonProtocol = LegacyWebSocket

    __all__ = [
        "ConnectionClosed",
        "ConnectionClosedError",
        "ConnectionClosedOK",
        "LegacyWebSocket",
        "State",
        "WebSocketCommonProtocol",
        "WebSocketProtocol",
        "__version__",
        "broadcast",
        "connections",
        "install",
        "uninstall",
    ]
