"""States of a connection, the closing handshake and how a connection ends (RFC 6455 section 7).

The states::

    CONNECTING --connection_open--> OPEN --close frame sent or received, or failed--> CLOSING
    any state --TCP connection lost--> CLOSED
"""

from __future__ import annotations

import asyncio
import logging
import uuid
from enum import IntEnum

from ..exceptions import Close, InvalidState, ProtocolError, connection_closed
from ..wire.close import CloseCode, serialize_close

logger = logging.getLogger("sanic_legacy_ws")


class State(IntEnum):
    """State of a connection (RFC 6455 section 4.1 and 7.1), numbered as in websockets 8.1."""

    CONNECTING, OPEN, CLOSING, CLOSED = range(4)


class Closing:
    """State, close codes, and waiting for the end. What sends the bytes is in a subclass."""

    loop: asyncio.AbstractEventLoop
    state: State = State.CONNECTING
    close_timeout: float = 10
    close_rcvd: Close | None = None
    close_sent: Close | None = None
    close_rcvd_then_sent: bool | None = None
    logger: logging.Logger = logger

    _id: uuid.UUID | None = None
    _ended: list[asyncio.Future[None]] | None = None  # who waits for CLOSED
    _lost_future: asyncio.Future[None] | None = None
    _transfer_future: asyncio.Future[None] | None = None
    _close_future: asyncio.Future[None] | None = None
    _deadline: asyncio.TimerHandle | None = None
    _told = False  # to whom it matters, that the connection is not open

    @property
    def id(self) -> uuid.UUID:
        """A random id for logs (websockets 10.0)."""
        if self._id is None:
            self._id = uuid.uuid4()
        return self._id

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
        """Code that the peer sent, 1005 for none in its frame, 1006 for no frame; None before."""
        if self.state is not State.CLOSED:
            return None
        return 1006 if self.close_rcvd is None else self.close_rcvd.code

    @property
    def close_reason(self) -> str | None:
        """Reason that the peer sent; None before the connection is closed."""
        if self.state is not State.CLOSED:
            return None
        return "" if self.close_rcvd is None else self.close_rcvd.reason

    def connection_closed_exc(self) -> Exception:
        """Return the exception that says how the connection ended (websockets 8.1)."""
        return connection_closed(self.close_rcvd, self.close_sent, self.close_rcvd_then_sent)

    def _not_open(self) -> Exception:
        if self.state is State.CONNECTING:
            return InvalidState("WebSocket connection isn't established yet")
        return self.connection_closed_exc()

    async def ensure_open(self) -> None:
        """Return if the connection is open; else raise how it ended, once it has.

        Raises ConnectionClosed, or InvalidState before the connection is open.
        """
        if self.state is State.OPEN:
            return
        if self.state is State.CLOSING:
            await self.wait_closed()
        raise await self._told_not_open()

    async def _told_not_open(self) -> Exception:
        """Return what tells that the connection is not open; at once, the first time.

        Code that goes on after it and asks again, in a loop with nothing else to wait for, would
        stop the worker. From the second time on, everything else has its turn first.
        """
        if self._told:
            await asyncio.sleep(0)
        self._told = True
        return self._not_open()

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection and wait until it is closed.

        Sends a close frame with ``code`` and ``reason``, and waits ``close_timeout`` seconds for
        the peer's. Does nothing if the connection is closed. Raises ProtocolError for a code
        that may not be sent or a reason over 123 bytes (RFC 6455 sections 5.5 and 7.4), and
        InvalidState if there is no connection yet.
        """
        self._begin_close(code, reason)
        await self.wait_closed()

    async def wait_closed(self) -> None:
        """Wait until the connection is closed, by whichever side."""
        if self.state is State.CLOSED:
            return
        waiter = self.loop.create_future()
        if self._ended is None:
            self._ended = []
        self._ended.append(waiter)
        try:
            await waiter
        finally:
            self._ended.remove(waiter)

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

    def _begin_close(self, code: int, reason: str) -> None:
        """Send a close frame, if none was sent; before the opening handshake, hang up."""
        payload = close_payload(code, reason)
        if self.state is State.OPEN:
            self._enter_closing()
            self.close_sent = Close(code, reason)
            self._send_close(payload)
        elif self.state is State.CONNECTING:
            self.fail_connection()
            if self.state is State.CONNECTING:  # there is no transport
                raise self._not_open()

    def _enter_closing(self) -> None:
        """No message leaves from here on, and the end is ``close_timeout`` away at most."""
        self.state = State.CLOSING
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.close_timeout, self._abort)

    def _enter_closed(self) -> None:
        """The end. Wakes who waits for it; idempotent."""
        self.state = State.CLOSED
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None
        for waiter in self._ended or ():
            if not waiter.done():
                waiter.set_result(None)
        for future in (self._transfer_future, self._close_future, self._lost_future):
            if future is not None and not future.done():
                future.set_result(None)

    def fail_connection(self, code: int = 1006, reason: str = "") -> None:
        raise NotImplementedError

    def _send_close(self, payload: bytes) -> None:
        raise NotImplementedError

    def _put_frame(self, frame: bytes) -> None:
        raise NotImplementedError

    def _put_control(self, first: int, payload: bytes) -> None:
        raise NotImplementedError

    def _abort(self) -> None:
        raise NotImplementedError

    # What Sanic since 21.9 and its users call on Sanic's own object.

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Begin to close the connection; does not wait (Sanic 21.9)."""
        self._begin_close(code, reason)

    async def close_connection(self) -> None:
        """Close the connection since the server stops; Sanic up to 21.6 calls it then."""
        await self.close(1001)

    @property
    def ws_proto(self) -> Closing:
        """The object with ``state`` and the close fields (Sanic 22.12): this one."""
        return self

    connection = ws_proto

    # What websockets 8 had as tasks. There is none here, so each is a future, made when asked for.

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


def close_payload(code: int, reason: str) -> bytes:
    """Return the payload of a close frame, or raise websockets' ProtocolError."""
    if code == CloseCode.NO_STATUS_RCVD:
        raise ProtocolError("close code 1005 may not be sent")
    try:
        return serialize_close(code, reason)
    except ValueError as exc:
        raise ProtocolError(str(exc)) from None
