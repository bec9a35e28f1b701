"""The closing handshake (RFC 6455 section 7), and what ends a connection without one.

`Closing` is what every connection has: who may close, and how long the end may take.
`ClosingHandshake` is how it goes over TCP.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod

from .._compat.transports import half_close
from ..exceptions import Close, ProtocolError
from ..wire.close import CloseCode, parse_close, serialize_close, truncate_reason
from ..wire.errors import WireError
from ..wire.frames import CLOSE, FIN
from .facts import Facts
from .reading import Reading
from .state import State

_LINGER = 1.0  # seconds to read on after a failure, where the transport cannot be half-closed


class Closing(Facts):
    """``close`` and its relatives. What carries the close frame is in a subclass."""

    _deadline: asyncio.TimerHandle | None = None  # close_timeout, while CLOSING

    @abstractmethod
    def _send_close(self, payload: bytes) -> None:
        """Hook: send a close frame; code and reason are in ``close_sent``, too."""

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection and wait until it is closed.

        Sends a close frame with ``code`` and ``reason``, and waits ``close_timeout`` seconds for
        the peer's; with 1006, closes TCP without one (Sanic 21.9). Does nothing if the connection
        is closed. Raises ProtocolError for a code that may not be sent or a reason over 123 bytes
        (RFC 6455 sections 5.5 and 7.4), and InvalidState if there is no connection yet.
        """
        self._begin_close(code, reason)
        await self.wait_closed()

    def end_connection(self, code: int = 1000, reason: str = "") -> None:
        """Begin to close the connection; does not wait (Sanic 21.9)."""
        self._begin_close(code, reason)

    async def close_connection(self) -> None:
        """Close the connection since the server stops; Sanic up to 21.6 calls it then."""
        await self.close(CloseCode.GOING_AWAY)

    def _begin_close(self, code: int, reason: str) -> None:
        """Send a close frame, if none was sent; before the opening handshake, hang up."""
        hangs_up = code == CloseCode.ABNORMAL_CLOSURE
        payload = b"" if hangs_up else _close_payload(code, reason)
        if self.state is State.OPEN and not hangs_up:
            self._say_close(Close(code, reason), payload)
        elif self.state is State.CONNECTING or hangs_up:
            self.fail_connection()
            if self.state is State.CONNECTING:  # there is no transport
                raise self._not_open()

    def _say_close(self, close: Close, payload: bytes) -> None:
        self._enter_closing()
        self._closed_by_us(close)
        self._send_close(payload)

    def _enter_closing(self) -> None:
        """No message leaves from here on, and the end is ``close_timeout`` away at most."""
        self._enter(State.CLOSING)
        if self._deadline is None:
            self._deadline = self.loop.call_later(self.close_timeout, self._abort)

    def _drop_deadline(self) -> None:
        """The end has come."""
        if self._deadline is not None:
            self._deadline.cancel()
            self._deadline = None


class ClosingHandshake(Closing, Reading):
    """Close frames both ways, and the end of TCP behind them."""

    _linger: asyncio.TimerHandle | None = None  # the end of TCP after a failure; see _LINGER

    def _on_close(self, payload: bytes) -> None:
        """The peer's close frame: answer it with its code, then close TCP (section 7.1.1).

        Found ahead of what is not decoded, it comes here once more when that is.
        """
        if self.close_rcvd is not None or self.state is State.CLOSED:
            return
        try:
            close = Close(*parse_close(payload))
        except WireError as exc:
            self._failed_by(exc)
            self.fail_connection(exc.code, exc.reason)
            return
        self._closed_by_peer(close)
        if self.state is State.OPEN:
            self._say_close(close, payload)
        self._hang_up()

    def _enter_closing(self) -> None:
        begins = self.state is not State.CLOSING
        super()._enter_closing()
        self._stop_sending()
        self._stop_keepalive()
        if begins:
            self._read_to_the_close()

    def _send_close(self, payload: bytes) -> None:
        self._put_control(FIN | CLOSE, payload)
        self._flush()

    def _end_of_stream(self) -> None:
        """The peer sends no more, and has sent no close frame: it has gone."""
        if self.state is not State.CLOSED and not self._lingering:
            self._enter_closing()
            self._hang_up()

    def _hang_up(self) -> None:
        """Both close frames are on their way: close TCP."""
        if self.transport is not None:
            self.transport.close()

    def fail_connection(self, code: int = 1006, reason: str = "") -> None:
        """Fail the connection (RFC 6455 section 7.1.7).

        Sends a close frame with ``code`` unless it is 1006, reads nothing more, and closes TCP as
        soon as the peer has, at the latest after ``close_timeout`` seconds. Does not wait.
        """
        if self.state is State.CLOSED or self.transport is None:
            return
        if self.state is State.OPEN and code != CloseCode.ABNORMAL_CLOSURE:
            reason = truncate_reason(reason)
            payload = _close_payload(code, reason)
            self._read_no_more()
            self._say_close(Close(code, reason), payload)
            self._half_close()
        elif not self._lingering:
            self._read_no_more()
            self._enter_closing()
            self._hang_up()

    @property
    def _lingering(self) -> bool:
        """Whether it has failed, and the peer is given time to read why."""
        return self.state is State.CLOSING and self._reads_no_more and self.close_rcvd is None

    def _half_close(self) -> None:
        """Let the close frame arrive: closing TCP over unread bytes would destroy it by a reset."""
        self._resume_reading()
        if self.transport.is_closing():
            return
        if not self.transport.can_write_eof():
            self._linger = self.loop.call_later(min(_LINGER, self.close_timeout), self._hang_up)
        elif self._drained():
            half_close(self.transport)

    def resume_writing(self) -> None:
        """The buffer has drained (asyncio)."""
        super().resume_writing()
        if self._lingering and self._linger is None:
            # Later: asyncio looks behind this call whether the stream ends, and is not prepared
            # for a peer that has gone.
            self.loop.call_soon(half_close, self.transport)

    def _drop_linger(self) -> None:
        """The end has come."""
        if self._linger is not None:
            self._linger.cancel()
            self._linger = None

    def _abort(self) -> None:
        if self.transport is not None:
            self.transport.abort()


def _close_payload(code: int, reason: str) -> bytes:
    """Return the payload of a close frame, or raise websockets' ProtocolError."""
    if code == CloseCode.NO_STATUS_RCVD:
        raise ProtocolError("close code 1005 may not be sent")
    try:
        return serialize_close(code, reason)
    except ValueError as exc:
        raise ProtocolError(str(exc)) from None
