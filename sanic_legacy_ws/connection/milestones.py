"""What websockets 8 had as tasks. There is none here, so each is a future, made when asked for."""

from __future__ import annotations

import asyncio

from .state import Lifecycle, State


class Milestones(Lifecycle):
    """Futures that old apps wait for, add callbacks to, or cancel."""

    # Each made when it is first asked for; done when the connection is closed.
    _lost_future: asyncio.Future[None] | None = None
    _transfer_future: asyncio.Future[None] | None = None
    _close_future: asyncio.Future[None] | None = None

    def _milestone(self, done: bool) -> asyncio.Future[None]:
        future = self.loop.create_future()
        if done:
            future.set_result(None)
        return future

    @property
    def connection_lost_waiter(self) -> asyncio.Future[None]:
        """Future that is done when the connection is closed."""
        if self._lost_future is None or self._lost_future.cancelled():
            self._lost_future = self._milestone(self.closed)
        return self._lost_future

    @property
    def transfer_data_task(self) -> asyncio.Future[None]:
        """Future that is done when no more messages arrive. Cancelling it drops the connection."""
        if self._transfer_future is None:
            self._transfer_future = self._milestone(self.closed)
            self._transfer_future.add_done_callback(self._drop_if_cancelled)
        return self._transfer_future

    @property
    def close_connection_task(self) -> asyncio.Future[None]:
        """Future that is done when the connection is closed. Cancelling it drops the connection."""
        if self._close_future is None:
            self._close_future = self._milestone(self.closed)
            self._close_future.add_done_callback(self._drop_if_cancelled)
        return self._close_future

    def _drop_if_cancelled(self, future: asyncio.Future[None]) -> None:
        if future.cancelled() and self.state is not State.CLOSED:
            self._abort()

    def _tell(self) -> None:
        """The futures are done, too."""
        super()._tell()
        for future in (self._transfer_future, self._close_future, self._lost_future):
            if future is not None and not future.done():
                future.set_result(None)
