"""A client on ASGI's messages: the server's side of a WebSocket, and the peer behind it."""

from __future__ import annotations

import asyncio
import logging
from collections import deque
from enum import Enum
from typing import Any, Awaitable, Callable, Dict

from ..exceptions import Close, connection_closed
from ..wire.close import CloseCode, serialize_close
from ..wire.decoder import Message
from .client import ConnectionRefused, WebSocketClient, headers_of, within

Event = Dict[str, Any]

logger = logging.getLogger("sanic_legacy_ws.testing")

_BUFFER = 1 << 20  # bytes that the app may send ahead of what the test has read


class Stage(Enum):
    """What the client knows of its connection."""

    CONNECTING, REFUSING, REFUSED, OPEN, CLOSED = range(5)


class AsgiClient(WebSocketClient):
    """The server's side of an ASGI WebSocket, and the peer behind it."""

    def __init__(self, timeout: float) -> None:
        self.timeout = timeout
        self._stage = Stage.CONNECTING
        self._events: deque[Event] = deque([{"type": "websocket.connect"}])
        self._messages: deque[Message] = deque()
        self._unread = 0
        self._close_rcvd: Close | None = None
        self._close_sent: Close | None = None
        self._rcvd_then_sent: bool | None = None
        self._refusal = ConnectionRefused(403)
        self._changed = asyncio.Event()
        self._task: asyncio.Task[None] | None = None

    def call(self, app: Callable[..., Awaitable[None]], scope: Event) -> None:
        """Call the app, in a task."""
        self._task = asyncio.get_event_loop().create_task(self._run(app, scope))

    async def _run(self, app: Callable[..., Awaitable[None]], scope: Event) -> None:
        try:
            await app(scope, self._receive, self._take)
        except Exception:
            logger.exception("the app raised")
            self._refusal.status = 500
        finally:
            if self._stage in (Stage.CONNECTING, Stage.REFUSING):
                self._become(Stage.REFUSED)
            elif self._stage is Stage.OPEN:
                self._become(Stage.CLOSED)

    async def handshake(self) -> None:
        """Wait until the app has accepted or refused."""
        try:
            await within(self.timeout, self._until(Stage.OPEN, Stage.CLOSED, Stage.REFUSED))
        except BaseException:
            await self.finish()
            raise
        if self._stage is Stage.REFUSED:
            await self.finish()
            raise self._refusal

    # The app's side.

    async def _receive(self) -> Event:
        while not self._events:
            await self._change()
        return self._events.popleft() if len(self._events) > 1 or self._lasts() else self._events[0]

    def _lasts(self) -> bool:
        """Whether the first event is none that every further call gets as well."""
        return bool(self._events[0]["type"] != "websocket.disconnect")

    async def _take(self, event: Event) -> None:
        kind = event["type"]
        if self._stage is Stage.CONNECTING and kind == "websocket.accept":
            headers = headers_of(_decoded(event.get("headers", ())))
            self._agreed(event.get("subprotocol"), headers)
            self._become(Stage.OPEN)
        elif self._stage in (Stage.CONNECTING, Stage.REFUSING):
            self._take_refusal(kind, event)
        elif self._stage is not Stage.OPEN:
            raise OSError(f"{kind} after the end of the connection")
        elif kind == "websocket.send":
            await self._take_message(event)
        elif kind == "websocket.close":
            self._close_rcvd = Close(event.get("code", 1000), event.get("reason") or "")
            self._end(self._close_rcvd, rcvd_then_sent=True)
        else:
            raise RuntimeError(f"an open WebSocket has no {kind}")

    def _take_refusal(self, kind: str, event: Event) -> None:
        if kind == "websocket.close":
            self._become(Stage.REFUSED)
        elif kind == "websocket.http.response.start":
            self._refusal = ConnectionRefused(event["status"], _decoded(event.get("headers", ())))
            self._become(Stage.REFUSING)
        elif kind == "websocket.http.response.body" and self._stage is Stage.REFUSING:
            self._refusal.body = (self._refusal.body or b"") + event.get("body", b"")
            if not event.get("more_body", False):
                self._become(Stage.REFUSED)
        else:
            raise RuntimeError(f"a WebSocket that is not open has no {kind}")

    async def _take_message(self, event: Event) -> None:
        text = event.get("text")
        message: Message = event["bytes"] if text is None else text
        self._messages.append(message)
        self._unread += len(message)
        self._change_happened()
        while self._unread > _BUFFER and self._stage is Stage.OPEN:
            await self._change()

    # The test's side.

    async def send(self, message: str | bytes) -> None:
        """Send a message."""
        if self._stage is not Stage.OPEN:
            raise self._closed_error()
        text, data = (message, None) if isinstance(message, str) else (None, bytes(message))
        self._events.append({"type": "websocket.receive", "text": text, "bytes": data})
        self._change_happened()
        await asyncio.sleep(0)

    async def _recv(self) -> Message:
        while not self._messages:
            if self._stage is Stage.CLOSED:
                raise self._closed_error()
            await self._change()
        message = self._messages.popleft()
        self._unread -= len(message)
        self._change_happened()
        return message

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection, and wait until the app has returned."""
        serialize_close(code, reason)
        if self._stage is Stage.OPEN:
            self._close_rcvd = Close(code, reason)  # a server answers with the same
            self._end(self._close_rcvd, rcvd_then_sent=False)
        await self.finish()

    async def _wait_closed(self) -> None:
        await self._until(Stage.CLOSED)

    @property
    def close_rcvd(self) -> Close | None:
        """The app's close frame, with ``code`` and ``reason``; None before and for none."""
        return self._close_rcvd

    @property
    def closed(self) -> bool:
        """Whether the connection is closed."""
        return self._stage is Stage.CLOSED

    def _closed_error(self) -> Exception:
        return connection_closed(self._close_rcvd, self._close_sent, self._rcvd_then_sent)

    # Both.

    def cut_off(self) -> None:
        """The server stops, with the code that servers use then."""
        if self._stage is Stage.OPEN:
            self._close_rcvd = Close(int(CloseCode.SERVICE_RESTART), "")
            self._end(self._close_rcvd, rcvd_then_sent=True)

    def _end(self, close: Close, rcvd_then_sent: bool) -> None:
        self._close_sent, self._rcvd_then_sent = close, rcvd_then_sent
        self._become(Stage.CLOSED)

    def _become(self, stage: Stage) -> None:
        self._stage = stage
        if stage in (Stage.CLOSED, Stage.REFUSED):
            code, reason = self._close_rcvd or (1006, "")
            event = {"type": "websocket.disconnect", "code": code, "reason": reason}
            self._events.append(event)
        self._change_happened()

    async def _until(self, *stages: Stage) -> None:
        while self._stage not in stages:
            await self._change()

    async def _change(self) -> None:
        self._changed.clear()
        await self._changed.wait()

    def _change_happened(self) -> None:
        self._changed.set()

    async def finish(self) -> None:
        """Let the app return, as it does when it knows of the end."""
        assert self._task is not None
        await end_task(self._task, self.timeout)


async def end_task(task: asyncio.Task[Any], timeout: float) -> None:
    """Wait for a task, cancel it after ``timeout`` seconds, and wait for that, too."""
    await asyncio.wait({task}, timeout=timeout)
    if not task.done():
        task.cancel()
        await asyncio.wait({task})
    if task.done() and not task.cancelled():
        task.exception()  # Sanic 21.3 to 22.3 fail behind the lifespan's last message


def _decoded(headers: Any) -> list[tuple[str, str]]:
    return [(name.decode("latin-1"), value.decode("latin-1")) for name, value in headers]


__all__ = ["AsgiClient", "Event", "end_task"]
