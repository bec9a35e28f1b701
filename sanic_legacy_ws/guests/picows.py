"""picows as a guest: its listener API, its parser and its buffers, behind Sanic's HTTP routes.

``pip install sanic-legacy-ws[picows]``. picows parses the request once more and answers it; from
then on its protocol object reads from the socket, and no Python of Sanic or of this package runs
for a frame.
"""

from __future__ import annotations

import logging
from typing import Any, Callable

from picows import WSCloseCode, WSListener, WSUpgradeResponse, WSUpgradeResponseWithListener
from picows.picows import WSAutoPingStrategy, WSProtocol  # type: ignore[attr-defined]
from sanic.exceptions import SanicException

from .base import GuestFactory, Opening, feed

_MAX_HEAD = 16 * 1024  # picows hangs up on a longer request

logger = logging.getLogger("picows.server")


class PicowsWebSocket:
    """What the handler gets: picows' transport and listener, and ways to close and to wait."""

    waited_on = True  # by the handler, in `wait_closed`

    def __init__(self, protocol: Any, listener: WSListener) -> None:
        self._protocol = protocol
        self.listener = listener

    @property
    def transport(self) -> Any:
        """picows' WSTransport: ``send``, ``send_ping``, ``send_close``, ``disconnect``."""
        return self._protocol.transport

    async def wait_closed(self) -> None:
        """Wait until the connection is gone."""
        await self.transport.wait_disconnected()

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame, if none was sent. The listener disconnects at the peer's answer."""
        self.transport.send_close(_close_code(code), reason.encode())

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Send a close frame and wait until the connection is gone."""
        self.end_connection(code, reason)
        await self.wait_closed()


def _close_code(code: int) -> Any:
    try:
        return WSCloseCode(code)
    except ValueError:
        return code


class _Protocol(WSProtocol):  # type: ignore[misc]
    """picows' protocol object, which answers a request that Sanic has read."""

    answers_upgrade = True

    def __init__(self, opening: Opening, listener: WSListener, options: dict[str, Any]) -> None:
        super().__init__(**_arguments(opening, options), ws_listener_factory=self._accept)
        self.websocket = PicowsWebSocket(self, listener)
        self._opening = opening
        self._head = request_head(opening.request)

    def connection_made(self, transport: Any) -> None:
        """Take the transport (asyncio), and answer the request."""
        super().connection_made(transport)
        feed(self, self._head)

    def pause_writing(self) -> None:
        """The write buffer is full (asyncio): nothing is read that picows would answer."""
        super().pause_writing()
        self._read_from_peer(False)

    def resume_writing(self) -> None:
        """The write buffer has drained (asyncio)."""
        super().resume_writing()
        self._read_from_peer(True)

    def _read_from_peer(self, on: bool) -> None:
        transport = self._opening.transport
        if not transport.is_closing():
            (transport.resume_reading if on else transport.pause_reading)()

    def _accept(self, _: Any) -> WSUpgradeResponseWithListener:
        headers = dict(self._opening.headers)
        if self._opening.subprotocol is not None:
            headers["Sec-WebSocket-Protocol"] = self._opening.subprotocol
        response = WSUpgradeResponse.create_101_response(headers)
        return WSUpgradeResponseWithListener(response, self.websocket.listener)


def picows(listener: Callable[[Opening], WSListener], **options: Any) -> GuestFactory:
    """Return a guest factory, for `GuestProtocol` or `guest`.

    ``listener`` is called with the `Opening` of a connection and returns its listener. ``options``
    are the options of picows' ``ws_create_server`` for a connection (``enable_auto_pong``,
    ``disconnect_on_exception``, ``read_buffer_init_size``, ...). The app's WEBSOCKET_* settings
    are the defaults of ``max_frame_size`` and the pings. The handler gets a `PicowsWebSocket`.
    picows does not support unix sockets.
    """

    def factory(opening: Opening) -> Any:
        return _Protocol(opening, listener(opening), options)

    return factory


def _arguments(opening: Opening, options: dict[str, Any]) -> dict[str, Any]:
    settings = opening.settings
    interval = settings.ping_interval
    arguments: dict[str, Any] = {
        "host_port": None,
        "ws_path": None,
        "is_client_side": False,
        "logger": logger,
        "disconnect_on_exception": True,
        "websocket_handshake_timeout": None,
        "enable_auto_ping": interval is not None,
        "auto_ping_idle_timeout": interval,
        "auto_ping_reply_timeout": min(settings.ping_timeout or interval or 0, interval or 0),
        "auto_ping_strategy": WSAutoPingStrategy.PING_WHEN_IDLE,
        "enable_auto_pong": True,
        "max_frame_size": settings.max_size or 2**63 - 1,
        "extra_headers": None,
        "read_buffer_init_size": 16 * 1024,
    }
    unknown = options.keys() - arguments.keys()
    if unknown:
        raise TypeError(f"picows has no option {', '.join(sorted(unknown))}")
    return {**arguments, **options}


def request_head(request: Any) -> bytes:
    """Return the request as picows can read it. Raises a SanicException (431) if it is too long."""
    lines = [f"{name}: {value}" for name, value in request.headers.items()]
    head = b"GET %b HTTP/1.1\r\n%b\r\n\r\n" % (
        request.raw_url,
        "\r\n".join(lines).encode("utf-8", "surrogateescape"),
    )
    if len(head) >= _MAX_HEAD:
        raise SanicException("Request header fields are too large for picows.", status_code=431)
    return head


__all__ = ["PicowsWebSocket", "picows"]
