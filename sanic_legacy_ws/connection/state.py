"""The state of a connection, its id and close codes, and who waits for its end.

The states (RFC 6455 sections 4.1 and 7.1)::

    CONNECTING --connection_open--> OPEN --close frame sent or received, or failed--> CLOSING
    any state --TCP connection lost--> CLOSED
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from abc import ABC, abstractmethod
from typing import Any

from .._compat.states import State
from ..exceptions import Close, InvalidState, connection_closed, telling_code
from .line import wake_all
from .told import Told

logger = logging.getLogger("sanic_legacy_ws")


class Lifecycle(ABC):
    """State, close codes, and waiting for the end; the bottom of every connection class."""

    loop: asyncio.AbstractEventLoop  # the loop of the transport: all but `send` belongs to it
    transport: Any = None  # asyncio's, or Sanic's stand-in under ASGI; None before it is made
    state: State = State.CONNECTING  # moves by `_enter` alone
    close_rcvd: Close | None = None  # the peer's close frame
    close_sent: Close | None = None  # ours
    close_rcvd_then_sent: bool | None = None  # whether the peer's came first; None without both
    transfer_data_exc: BaseException | None = None  # what ended it but for a close frame
    logger: logging.Logger = logger

    _id: Any = None  # made when it is first asked for
    _ended: dict[asyncio.Future[None], None] | None = None  # who waits for CLOSED, in order
    _told: Told | None = None  # who was told that the connection is not open, from the first on
    _holds_back = False  # whether who waits is yet to be told of the end: after the handler

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self.loop = loop

    @abstractmethod
    def fail_connection(self, code: int = 1006, reason: str = "") -> None:
        """Hook: end the connection from our side, without waiting."""

    @abstractmethod
    def _abort(self) -> None:
        """Hook: drop the connection now, whatever is still to be sent."""

    @property
    def id(self) -> Any:
        """A random UUID for logs (websockets 10.0), unless the app sets another id."""
        if self._id is None:
            self._id = uuid.uuid4()
        return self._id

    @id.setter
    def id(self, value: Any) -> None:  # the object of Sanic 21.6 had no id: apps gave it theirs
        self._id = value

    @property
    def open(self) -> bool:
        """Whether messages can be sent and received."""
        return self.state is State.OPEN

    @property
    def closed(self) -> bool:
        """Whether the connection is gone. ``open`` and ``closed`` are both false in between."""
        return self.state is State.CLOSED

    @property
    def close_code(self) -> int | None:
        """Code that the peer sent; 1005 for a frame without one, 1006 for no frame; else None."""
        if self.state is not State.CLOSED:
            return None
        return 1006 if self.close_rcvd is None else self.close_rcvd.code

    @property
    def close_reason(self) -> str | None:
        """Reason that the peer sent; None before the connection is closed."""
        if self.state is not State.CLOSED:
            return None
        return "" if self.close_rcvd is None else self.close_rcvd.reason

    def _carry(self, transport: Any) -> None:
        self.transport = transport

    def _enter(self, state: State) -> None:
        self.state = state

    def _closed_by_peer(self, close: Close) -> None:
        self.close_rcvd = close
        self.close_rcvd_then_sent = self.close_sent is None

    def _closed_by_us(self, close: Close) -> None:
        self.close_sent = close

    def _failed_by(self, exc: BaseException) -> None:
        """Keep the first fault; without its traceback, which holds the connection."""
        if self.transfer_data_exc is None:
            self.transfer_data_exc = exc.with_traceback(None)

    @property
    def _telling_code(self) -> int | None:
        if self.state is not State.CLOSED:
            return None
        return telling_code(self.close_rcvd, self.close_sent, self.close_rcvd_then_sent)

    # Who asks for an open connection, and how it is told that there is none.

    def connection_closed_exc(self) -> Exception:
        """Return the exception that says how the connection ended (websockets 8.1)."""
        return connection_closed(
            self.close_rcvd, self.close_sent, self.close_rcvd_then_sent, self.transfer_data_exc
        )

    def _not_open(self) -> Exception:
        if self.state is State.CONNECTING:
            return InvalidState("WebSocket connection isn't established yet")
        return self.connection_closed_exc()

    async def ensure_open(self) -> None:
        """Return if the connection is open; otherwise wait until it is closed, and raise.

        Raises ConnectionClosed, or InvalidState before the connection is open.
        """
        if self.state is State.OPEN:
            return
        if self.state is State.CLOSING:
            await self.wait_closed()
        raise await self._told_not_open()

    async def _told_not_open(self) -> Exception:
        """Return what tells that the connection is not open; at once, the first time."""
        if self._holds_back:
            await self._until_told()
        if self._told is None:
            self._told = Told(self.loop)
        else:
            await self._told.again(self._of_handler, self._warn_of_loop)
        return self._not_open()

    @property
    def _of_handler(self) -> bool:
        """Whether the running task is the handler's, or was made by it."""
        return True

    def _warn_of_loop(self) -> None:
        self.logger.warning(
            "%s: a task was told again and again that the connection is closed. It waits for"
            " nothing else, so it is cancelled",
            self.id,
        )

    # Who waits for the end.

    async def wait_closed(self) -> None:
        """Wait until the connection is closed, by whichever side."""
        if self.state is not State.CLOSED:
            await self._until_told()

    async def _until_told(self) -> None:
        waiter = self.loop.create_future()
        if self._ended is None:
            self._ended = {}
        self._ended[waiter] = None
        try:
            await waiter
        finally:
            del self._ended[waiter]

    async def wait_for_connection_lost(self, timeout: float | None = None) -> bool:
        """Wait until the connection is closed; whether it was within ``timeout`` seconds.

        Waits for ever by default (Sanic 21.9).
        """
        if self.state is State.CLOSED:
            return True
        try:
            await asyncio.wait_for(self.wait_closed(), timeout)
        except asyncio.TimeoutError:
            return False
        return True

    def _conclude(self) -> None:
        """The connection is closed: tell all who wait."""
        self._tell()

    def _hold_back(self) -> None:
        """Whoever waits or asks is not told before `_tell`."""
        self._holds_back = True

    def _tell(self) -> None:
        """Wake who waits for the end."""
        self._holds_back = False
        if self._ended:
            wake_all(self._ended, self.loop)

    # What Sanic calls on its own object.

    @property
    def ws_proto(self) -> Any:
        """The object with ``state`` and the close fields (Sanic 22.12): this one."""
        return self

    connection = ws_proto  # Sanic 21.9 to 22.9

    @property
    def parser_exc(self) -> BaseException | None:
        """What was wrong with the peer's bytes, if that ended the connection (websockets 10.2)."""
        return self.transfer_data_exc


__all__ = ["Lifecycle", "State", "logger"]
