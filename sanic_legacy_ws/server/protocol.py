"""`WebSocketProtocol`: Sanic's HTTP protocol, with the websockets-8 object after the upgrade."""

from __future__ import annotations

from typing import Any, ClassVar

from ..binding.base import CheckedAtStart
from ..binding.settings import Settings
from ..binding.upgrade import Upgrade, negotiate
from ..binding.worker import Worker
from ..connection.trace import traced
from ..guests.base import GuestProtocol, guest_of
from .access_log import AccessLog
from .websocket import SanicWebSocket


class WebSocketProtocol(GuestProtocol):
    """Sanic's HTTP protocol with the websockets-8 object: ``app.run(protocol=WebSocketProtocol)``.

    The constructor is that of Sanic 21.6's class; see `BaseUpgradableProtocol`.
    """

    __slots__ = ("_access",)

    websocket_class: ClassVar[type[SanicWebSocket]] = SanicWebSocket

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._access: AccessLog | None = None

    @CheckedAtStart
    async def websocket_handshake(self, request: Any, subprotocols: Any = None) -> Any:
        """Upgrade ``request``'s connection and return its WebSocket, or its route's guest.

        Called by Sanic for a WebSocket route, or by a library from an ordinary HTTP route.
        ``subprotocols`` are the route's, in any collection. Raises a SanicException for a
        request that is refused: 400, 403, 405 or 426, or what the app's hook raises.
        """
        if guest_of(request) is not None:
            return await super().websocket_handshake(request, subprotocols)
        settings = self._read_settings()
        upgrade = await negotiate(request, subprotocols, settings)
        await self._send_upgrade(upgrade.response)
        websocket = self._make_websocket(settings, request, upgrade)
        self._access = AccessLog.opened(self, request)
        self._hand_over(websocket, websocket, websocket)
        websocket.connection_made(self.transport)
        websocket.connection_open()
        self._feed_surplus()
        return websocket

    def _make_websocket(self, settings: Settings, request: Any, upgrade: Upgrade) -> SanicWebSocket:
        cls = traced(Worker.of(self.app).class_for(self.app, self.websocket_class))
        websocket = cls(
            ping_interval=settings.ping_interval,
            ping_timeout=settings.ping_timeout,
            close_timeout=settings.timeout,
            max_size=settings.max_size,
            max_queue=settings.max_queue,
            read_limit=settings.read_limit,
            write_limit=settings.write_limit,
            loop=self.loop,
        )
        websocket.send_timeout = settings.send_timeout
        websocket.subprotocol = upgrade.subprotocol
        if upgrade.deflate is not None:
            websocket.use_deflate(upgrade.deflate)
        websocket.path = request.raw_url.decode("ascii", "backslashreplace")
        websocket.request_headers = request.headers
        websocket.response_headers = upgrade.headers
        info: Any = self.conn_info
        websocket._remote_address, websocket._local_address = info.peername, info.sockname
        return websocket

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio)."""
        super().connection_lost(exc)
        if self._access is not None and self.websocket is not None:
            self._access.closed(self.websocket)


__all__ = ["WebSocketProtocol"]
