"""How the WebSockets of a worker end when it stops."""

from __future__ import annotations

import asyncio

from .._compat.transports import unacknowledged, unsent
from ..wire.close import CloseCode
from .upgraded import Upgraded

_GRACE = 0.5  # seconds for handlers to say goodbye before their connections are closed
_TICK = 0.1  # seconds between two looks at what is left
_SILENCE = 0.8  # seconds without a sign of the peer: with the looks before and after, one at most


class Stop:
    """Ends what is left of ``members``, from the moment on that the worker begins to stop.

    A peer that neither answers its close frame nor reads what is before it holds nothing up for
    longer than a second; ``WEBSOCKET_TIMEOUT`` is for a connection that ends alone.
    """

    def __init__(
        self, members: set[Upgraded], loop: asyncio.AbstractEventLoop, graceful: float
    ) -> None:
        self._members = members
        self._loop = loop
        self._grace_ends = loop.time() + _GRACE
        self._stops_at = loop.time() + graceful
        self._closing: dict[Upgraded, tuple[float, int]] = {}  # last sign of the peer, bytes left

    def begin(self) -> None:
        """Wait for no peer that has its close frame already, nor for one that failed."""
        for each in list(self._members):
            each.stops_at = self._stops_at
            if not (each.open or unsent(each.transport)):
                each.drop()
        self._look()

    def _look(self) -> None:
        now = self._loop.time()
        signs, self._closing = self._closing, {}
        for each in list(self._members):
            if not each.open:
                left = unsent(each.transport) + unacknowledged(each.transport)
                since, before = signs.get(each, (now, left))
                if left < before:
                    since = now
                self._closing[each] = since, left
                if now - since >= _SILENCE:
                    each.drop()
            elif now >= self._grace_ends:
                each.end_connection(CloseCode.GOING_AWAY)
        if self._members:
            self._loop.call_later(_TICK, self._look)
