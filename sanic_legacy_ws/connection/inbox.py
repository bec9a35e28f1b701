"""The receiving side that a handler sees: a queue of messages, and who waits for it.

A message stays in the queue until ``recv`` returns it, so that a cancelled ``recv`` loses none,
at whatever point it is cancelled.
"""

from __future__ import annotations

import asyncio
from abc import abstractmethod
from collections import deque
from typing import AsyncIterator

from ..exceptions import ConnectionClosedOK
from ..wire.decoder import Message
from .facts import Facts
from .incoming import Incoming
from .state import State
from .waiter import Waiter

# Why what arrives is not taken into the queue, as bits of ``_held``; 0 takes it.
NOT_OPEN = 1  # the opening handshake is not done
FULL = 2  # max_queue messages are not read yet
TURN_SPENT = 4  # it has taken what it may in one turn of the loop, and waits in line (`Share`)
DROPPED = 8  # bytes were dropped, while closing: what follows them makes no sense

_OPEN = State.OPEN  # a look into the enum costs as much as a call

# The words of websockets 8: apps look for them.
_TAKEN = "cannot call recv while another coroutine is already waiting for the next message"


class Inbox(Facts):
    """``recv`` and its relatives."""

    _held = NOT_OPEN  # bits: why nothing is taken into the queue
    _messages: deque[Message] | None = None  # the queue, made for the first message
    _receiver: Waiter | None = None  # what a `recv` waits on, until it goes on
    _waiter: Waiter | None = None  # what the next `recv` may wait on at once; None: see `_arrival`
    _arriving: Incoming | None = None  # the message whose pieces are read while it arrives

    @abstractmethod
    def _room_made(self) -> None:
        """Hook: a message was taken from the queue, while nothing was put into it."""

    def _refill(self) -> bool:
        """Hook, behind the end: decode as much as one turn may; whether there is or may be more."""
        return False

    def _hand_on(self, incoming: Incoming) -> None:
        """Hook: from now on, ``incoming`` gets the pieces of a message that does not come whole."""

    def _hand_on_no_more(self, so_far: bytes | None) -> None:
        """Hook: messages come whole again, one with what it ``so_far`` has; None drops its rest."""

    @property
    def messages(self) -> deque[Message]:
        """The messages that were received and not read, oldest first (websockets 8.1)."""
        if self._messages is None:
            self._messages = deque()
        return self._messages

    @property
    def _readable(self) -> bool:
        """Whether there is something to read at once."""
        return bool(self._messages) or (self._arriving is not None and self._arriving.due)

    async def recv(self, timeout: float | None = None) -> Message | None:
        """Return the next message: ``str`` for a text message, ``bytes`` for a binary one.

        ``timeout`` is in seconds, None to wait for ever; when it expires, None is returned
        (Sanic 21.9's signature). Messages received before the connection closed are returned
        first; then ConnectionClosedOK or ConnectionClosedError is raised. Raises RuntimeError
        while another ``recv`` waits, InvalidState before the connection is open.
        """
        messages = self._messages
        while not messages or self._receiver is not None:
            if timeout is not None:
                return await self._recv_within(timeout)
            if self._waiter is not None and self._receiver is None and self.state is _OPEN:
                self._receiver = self._waiter
                try:
                    await self._waiter
                finally:
                    self._receiver = None
            else:
                await self._arrival()
            messages = self._messages
        if self._held:
            self._room_made()
        return messages.popleft()

    receive = recv

    async def _arrival(self) -> None:
        """Wait until there may be a message; raise if there will be none, or another task waits."""
        if self._receiver is not None or self._arriving is not None:
            raise RuntimeError(_TAKEN)
        await self._wait()

    async def _wait(self) -> None:
        """Wait for what arrives next; raise if that is nothing."""
        if self.state is State.CLOSED or self.state is State.CONNECTING:
            if self._refill():
                await asyncio.sleep(0)  # there may be megabytes: no more of them in this turn
                return
            raise await self._told_not_open()
        self._receiver = self._waiter or Waiter(self.loop)
        if self._arriving is None:
            self._waiter = self._receiver
        try:
            await self._receiver
        finally:
            self._receiver = None

    async def _recv_within(self, timeout: float) -> Message | None:
        expired = False

        def expire() -> None:
            nonlocal expired
            expired = True
            self._wake_receiver()

        deadline = self.loop.call_later(max(timeout, 0), expire)
        try:
            while not self._messages and not expired:
                await self._arrival()
        finally:
            deadline.cancel()
        return await self.recv() if self._messages else None

    def _look_again(self) -> None:
        """Wake whoever waits: it may be for nothing."""
        self._waiter = None
        self._wake_receiver()

    def _wake_receiver(self) -> None:
        if self._receiver is not None:
            self._receiver.wake_soon()

    def _hold(self, reason: int) -> None:
        self._held |= reason

    def _take_again(self, reasons: int) -> int:
        """Hold for ``reasons`` no more; return those of them that there were."""
        gone = self._held & reasons
        self._held &= ~reasons
        return gone

    def __aiter__(self) -> AsyncIterator[Message]:
        """Iterate over the messages until the connection closes.

        Ends on ConnectionClosedOK, raises ConnectionClosedError (websockets 8.1).
        """
        return _Messages(self)

    async def recv_burst(self, max_recv: int = 256) -> list[Message]:
        """Return the messages in the queue, at most ``max_recv``; does not wait (Sanic 21.9).

        The list is empty if the queue is. Raises as `recv` does.
        """
        if self._receiver is not None or self._arriving is not None:
            raise RuntimeError(_TAKEN)
        if not self._messages and self.state in (State.CONNECTING, State.CLOSED):
            if not self._refill():
                raise await self._told_not_open()
            await asyncio.sleep(0)  # as in `_wait`
        messages = self.messages
        burst = [messages.popleft() for _ in range(min(max_recv, len(messages)))]
        if self._held:
            self._room_made()
        return burst

    def recv_streaming(self) -> AsyncIterator[Message]:
        """Iterate over the pieces of the next message, as they arrive (Sanic 21.9).

        A piece is a fragment, or the part of a long fragment that has arrived. A message that is
        in the queue already, or that is compressed, is one piece. While pieces are not read, the
        peer has to wait, as with a full queue. ``max_size`` counts for the whole message. Raises
        as `recv` does. If you stop iterating, the rest of the message is dropped.
        """
        return _Pieces(self)

    async def _next_piece(self, incoming: Incoming) -> Message | None:
        """Return the next piece, None at the end of the message."""
        if self._arriving is not incoming:
            if self._receiver is not None or self._arriving is not None:
                raise RuntimeError(_TAKEN)
            self._arriving = incoming
            self._waiter = None
            if not self._messages:
                self._hand_on(incoming)
        # What is in the queue came before what is in pieces.
        while not self._messages and not incoming.due:
            await self._wait()
        if incoming.begun or not self._messages:
            piece = incoming.take()
            if piece is None:
                self._leave(incoming)
        else:
            self._leave(incoming)
            piece = self._messages.popleft()
        if self._held:
            self._room_made()
        return piece

    def _leave(self, incoming: Incoming) -> None:
        """Take no more pieces. Of a message of which none was taken, none is lost."""
        if self._arriving is not incoming:
            return
        self._arriving = None
        incoming.given_up = True
        if incoming.begun:
            self._hand_on_no_more(None)
        elif incoming.whole:
            self.messages.append(incoming.joined())
        else:
            self._hand_on_no_more(incoming.so_far())
        if self._held and self.state is not State.CLOSED:  # then the loop may be closed, too
            self._room_made()


class _Pieces:
    """Iterates over the pieces of a message; given up, it leaves the connection to others."""

    __slots__ = ("_connection", "_incoming")

    def __init__(self, connection: Inbox) -> None:
        self._connection = connection
        self._incoming = Incoming()

    def __aiter__(self) -> _Pieces:
        return self

    async def __anext__(self) -> Message:
        incoming = self._incoming
        piece = None if incoming.given_up else await self._connection._next_piece(incoming)
        if piece is None:
            raise StopAsyncIteration
        return piece

    async def aclose(self) -> None:
        """Give up what is left of the message."""
        self._give_up()

    def __del__(self) -> None:
        self._give_up()

    def _give_up(self) -> None:
        self._connection._leave(self._incoming)
        self._incoming.given_up = True


class _Messages:
    """Iterates over a connection. A generator would need a task of the loop's to be closed."""

    __slots__ = ("_connection",)

    def __init__(self, connection: Inbox) -> None:
        self._connection = connection

    def __aiter__(self) -> _Messages:
        return self

    async def __anext__(self) -> Message:
        try:
            message = await self._connection.recv()
        except ConnectionClosedOK:
            raise StopAsyncIteration from None
        assert message is not None
        return message
