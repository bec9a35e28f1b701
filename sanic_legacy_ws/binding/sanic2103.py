"""The protocol for Sanic since 21.3, where a task of the connection reads requests."""

# Sanic makes the parser when the connection is there.
# pyright: reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any

from .upgradable import BaseUpgradableProtocol, Receiver
from .upgrade import name_upgrade
from .upgraded import Upgraded

_426 = b"HTTP/1.1 426 "


class _Always:
    """Stands for the events of a connection that left HTTP: each holds 760 bytes."""

    def is_set(self) -> bool:
        return True

    def set(self) -> None: ...

    def clear(self) -> None: ...

    async def wait(self) -> bool:
        return True


_ALWAYS: Any = _Always()


class StreamingProtocol(BaseUpgradableProtocol):
    """For Sanic since 21.3: a connection task reads requests from ``recv_buffer``."""

    __slots__ = ()

    async def _send_upgrade(self, response: bytes) -> None:
        await super().send(response)

    def _end_http(self) -> None:
        self._http.keep_alive = False
        # Sanic sees an upgrade only where the header is that one word, and waits for a response.
        self._http.upgrade_websocket = True
        self.access_log = False
        timer = getattr(self, "_callback_check_timeouts", None)
        if timer is not None:
            timer.cancel()

    def _hand_over(self, websocket: object, receiver: Receiver, upgraded: Upgraded) -> None:
        super()._hand_over(websocket, receiver, upgraded)
        self._can_write = self._data_received = _ALWAYS

    def _take_surplus(self) -> bytes:
        surplus = bytes(self.recv_buffer)
        self.recv_buffer.clear()
        return surplus

    async def send(self, data: bytes) -> None:
        """Write a piece of an HTTP response (Sanic)."""
        if self._receiver is None:
            await super().send(name_upgrade(data) if data.startswith(_426) else data)
            return
        response = getattr(self._http, "response", None)
        self._http_response(getattr(response, "status", 0))
