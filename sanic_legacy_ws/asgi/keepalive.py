"""Pings and pongs under ASGI: the server has them, and an app neither sends nor sees any."""

from __future__ import annotations

import asyncio
from typing import Any, Mapping, NoReturn

from ..connection.milestones import Milestones


class ServerKeepalive(Milestones):
    """What a connection has of a keepalive that is the server's."""

    ping_interval: float | None = None
    ping_timeout: float | None = None
    latency: float = 0

    @property
    def pings(self) -> Mapping[bytes, Any]:
        """None: the server's pings are its own."""
        return {}

    def abort_pings(self) -> None:
        """Do nothing: there are none."""

    @property
    def keepalive_ping_task(self) -> asyncio.Future[None]:
        """A future that is done."""
        return self._milestone(True)

    async def ping(self, data: str | bytes | None = None) -> NoReturn:
        """Not possible: raises NotImplementedError. The server has pings of its own."""
        raise NotImplementedError("ASGI has no message for a ping; the ASGI server sends its own")

    async def pong(self, data: str | bytes = b"") -> NoReturn:
        """Not possible: raises NotImplementedError. The server answers pings."""
        raise NotImplementedError("ASGI has no message for a pong; the ASGI server answers pings")
