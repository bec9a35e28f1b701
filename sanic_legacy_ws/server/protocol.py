"""`WebSocketProtocol`: Sanic's HTTP protocol, with the websockets-8 object after the upgrade."""

from __future__ import annotations

from typing import Any, ClassVar

from .._compat.interfaces import Request, Subprotocols
from ..binding.access_log import AccessLog
from ..binding.app_sockets import AppSockets
from ..binding.sanic_websocket import SanicWebSocket
from ..binding.settings import Settings
from ..binding.upgradable import CheckedAtStart
from ..binding.upgrade import Upgrade, negotiate
from ..connection.trace import traced
from ..guests.base import GuestProtocol, guest_of
from ..wire.close import CloseCode


class WebSocketProtocol(GuestProtocol):
    """Sanic's HTTP protocol with the websockets-8 object: ``app.run(protocol=WebSocketProtocol)``.

    The constructor takes the arguments of Sanic 21.6's class; see `BaseUpgradableProtocol`.
    """

    __slots__ = ()

    websocket_class: ClassVar[type[SanicWebSocket]] = SanicWebSocket

    @CheckedAtStart
    async def websocket_handshake(self, request: Request, subprotocols: Subprotocols = None) -> Any:
        """Upgrade ``request``'s connection and return its WebSocket, or its route's guest.

        Sanic calls it for a WebSocket route; a library may call it from an ordinary HTTP route.
        ``subprotocols`` are those of the route, in any collection. Raises a SanicException if the
        request is refused: 400, 403, 405 or 426, or what the app's hook raises.
        """
        if guest_of(request) is not None:
            return await super().websocket_handshake(request, subprotocols)
        settings = self._read_settings()
        upgrade = await negotiate(request, subprotocols, settings)
        websocket = self._make_websocket(settings, request, upgrade)
        websocket.connection_made(self.transport)
        access = AccessLog.of(self.app, request)
        await self._leave_http(request, websocket, upgrade.response)
        self._hand_over(websocket, websocket, websocket)
        self._log_opened(access)
        self._open(websocket)
        return websocket

    def _open(self, websocket: SanicWebSocket) -> None:
        try:
            websocket.connection_open()
        except BaseException:  # of a subclass, too late for HTTP
            websocket.fail_connection(CloseCode.INTERNAL_ERROR)
            raise
        self._feed_surplus()

    def _make_websocket(
        self, settings: Settings, request: Request, upgrade: Upgrade
    ) -> SanicWebSocket:
        cls = traced(AppSockets.of(self.app).class_for(self.app, self.websocket_class))
        websocket = cls(**settings.arguments(), send_timeout=settings.send_timeout, loop=self.loop)
        websocket.handshake_done(
            path=request.raw_url.decode("ascii", "backslashreplace"),
            subprotocol=upgrade.subprotocol,
            request_headers=request.headers,
            response_headers=upgrade.headers,
        )
        if upgrade.deflate is not None:
            websocket.use_deflate(upgrade.deflate)
        websocket.belong_to(self)
        info: Any = self.conn_info
        websocket.between(info.peername, info.sockname)
        return websocket


__all__ = ["WebSocketProtocol"]
