"""The protocol for Sanic 20.12, whose HTTP side feeds each chunk to httptools at once."""

# What Sanic of that line has is not what the newest has.
# pyright: reportOptionalMemberAccess=false, reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any

from httptools import HttpParserUpgrade

from .._compat.interfaces import Response
from .upgradable import BaseUpgradableProtocol
from .upgrade import name_upgrade

_PAUSE_AT = 1 << 16  # bytes kept for an upgrade that is not decided yet


class HttptoolsProtocol(BaseUpgradableProtocol):
    """For Sanic 20.12.

    The parser stops at an upgrade request. What follows it is neither HTTP nor WebSocket until
    the handshake is done, so it waits in ``_surplus``.
    """

    __slots__ = ("_surplus",)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._surplus: bytearray | None = None

    def data_received(self, data: bytes) -> None:
        """Bytes arrived (asyncio)."""
        if self._receiver is not None:
            self._receiver.data_received(data)
        elif self._surplus is not None:
            self._keep(data)
        else:
            try:
                super().data_received(data)
            except HttpParserUpgrade as upgrade:
                self._surplus = bytearray()
                self._keep(data[upgrade.args[0] :])

    def _keep(self, data: bytes) -> None:
        assert self._surplus is not None
        self._surplus += data
        if len(self._surplus) > _PAUSE_AT:
            self.transport.pause_reading()

    def _take_surplus(self) -> bytes:
        surplus, self._surplus = bytes(self._surplus or b""), None
        return surplus

    async def _send_upgrade(self, response: bytes) -> None:
        self.transport.write(response)

    def _end_http(self) -> None:
        self.access_log = False
        for name in ("_request", "_response", "_keep_alive"):
            timer = getattr(self, f"{name}_timeout_handler")
            if timer is not None:
                timer.cancel()

    # What Sanic's handle_request writes when the handler is done.

    def write_response(self, response: Response) -> None:
        """Write an HTTP response (Sanic); after an upgrade: the handler is done."""
        if self._receiver is None:
            if getattr(response, "status", 0) == 426:
                output = response.output
                response.output = lambda *args: name_upgrade(output(*args))
            super().write_response(response)
            self._next_request()
            return
        self._http_response(getattr(response, "status", 0))
        self.close()

    async def stream_response(self, response: Response) -> None:
        """Stream an HTTP response (Sanic); after an upgrade: the handler is done."""
        if self._receiver is None:
            await super().stream_response(response)
            self._next_request()
            return
        self.close()

    def write_error(self, exception: Exception) -> None:
        """Write an HTTP error (Sanic); after an upgrade, nothing of HTTP is written."""
        if self._receiver is None:
            super().write_error(exception)

    def _next_request(self) -> None:
        """The upgrade was refused: what followed the request is HTTP after all."""
        if self._surplus is not None and self.transport is not None:
            surplus = self._take_surplus()
            self.transport.resume_reading()
            if surplus and not self.transport.is_closing():
                self.data_received(surplus)
