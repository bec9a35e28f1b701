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
from .state import State

# Why what arrives is not taken into the queue, as bits of ``_held``; 0 takes it.
NOT_OPEN = 1  # the opening handshake is not done
FULL = 2  # max_queue messages are not read yet
TURN_SPENT = 4  # a read held more than is decoded in one turn of the loop
DROPPED = 8  # bytes were dropped, while closing: what follows them makes no sense

# The words of websockets 8: apps look for them.
_TAKEN = "cannot call recv while another coroutine is already waiting for the next message"


class Inbox(Facts):
    """``recv`` and its relatives."""

    _held = NOT_OPEN  # bits: why nothing is taken into the queue
    _messages: deque[Message] | None = None  # the queue, made for the first message
    _receiver: asyncio.Future[None] | None = None  # the `recv` that waits

    @abstractmethod
    def _room_made(self) -> None:
        """Hook: a message was taken from the queue, while nothing was put into it."""

    def _refill(self) -> bool:
        """Hook, behind the end: put what has arrived into an empty queue; whether there is any."""
        return False

    @property
    def messages(self) -> deque[Message]:
        """The messages that were received and not read, oldest first (websockets 8.1)."""
        if self._messages is None:
            self._messages = deque()
        return self._messages

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
            await self._arrival()
            messages = self._messages
        if self._held:
            self._room_made()
        return messages.popleft()

    receive = recv

    async def _arrival(self) -> None:
        """Wait until there may be a message; raise if there will be none, or another task waits."""
        if self._receiver is not None:
            raise RuntimeError(_TAKEN)
        if self.state is State.CLOSED or self.state is State.CONNECTING:
            if self._refill():
                return
            raise await self._told_not_open()
        waiter = self._receiver = self.loop.create_future()
        try:
            await waiter
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

    def _wake_receiver(self) -> None:
        waiter = self._receiver
        if waiter is not None and not waiter.done():
            waiter.set_result(None)

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
        """Return what is in the queue, at most ``max_recv`` messages, waiting for none.

        An empty list if nothing is there. Raises as `recv` (Sanic 21.9).
        """
        if self._receiver is not None:
            raise RuntimeError(_TAKEN)
        ended = self.state in (State.CONNECTING, State.CLOSED)
        if ended and not self._messages and not self._refill():
            raise await self._told_not_open()
        messages = self.messages
        burst = [messages.popleft() for _ in range(min(max_recv, len(messages)))]
        if self._held:
            self._room_made()
        return burst

    async def recv_streaming(self) -> AsyncIterator[Message]:
        """Iterate over the parts of the next message (Sanic 21.9).

        Messages are assembled as they arrive, so there is one part: the whole message.
        """
        message = await self.recv()
        assert message is not None
        yield message


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
