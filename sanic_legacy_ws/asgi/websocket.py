"""The same connection under an ASGI server, whose messages take the place of frames.

The server judges the handshake, answers pings, keeps the connection alive and limits what it
buffers. What is left is here: `AsgiWebSocket` feeds the inbox from ``receive``, and sends by
``send``. It shares `BaseWebSocket` with `LegacyWebSocket`: there are no bytes here, so it has
neither decoder nor outbox, nor a keepalive. See docs/reference/asgi.md for what ASGI cannot carry.
"""

from __future__ import annotations

import asyncio
from collections import deque
from typing import Any, Awaitable, Callable

from .._compat.asgi import closes_when_not_receiving
from ..binding.access_log import AccessLog
from ..binding.app_sockets import AppSockets
from ..binding.sanic_websocket import SanicDriven
from ..binding.upgrade import agree
from ..connection import LegacyWebSocket, State, Stats
from ..connection.base import BaseWebSocket
from ..connection.encoder import Encoder
from ..connection.inbox import FULL, NOT_OPEN
from ..connection.line import Line
from ..connection.outbox import each_fragment
from ..exceptions import Close, ConnectionClosed
from ..wire.close import CloseCode, truncate_reason
from ..wire.decoder import Message
from ..wire.frames import TEXT
from ..wire.handshake import extra_header
from .events import Event, Outgoing, address_of, joined, path_of, send_event, size_of
from .keepalive import ServerKeepalive
from .sending import LeftError, ServerSend

_OPEN = State.OPEN  # a look into the enum costs as much as a call
_LINGER = 1.0  # seconds for the peer to answer a close frame that no handler waits for

# A server's send need not suspend, not even when the peer is gone, and would hold up the loop.
_YIELD_AFTER = 1 << 16  # bytes, each message counted as _OVERHEAD more
_OVERHEAD = 1 << 8

_REFUSAL = "websocket.http.response"
"""ASGI's extension by which a refusal has a status and a body of its own."""


class AsgiWebSocket(SanicDriven, ServerKeepalive, BaseWebSocket):
    """A LegacyWebSocket over ASGI: Sanic hands it to handlers under uvicorn, hypercorn and others.

    Methods that are not described here do as those of `LegacyWebSocket`. Its ``max_size`` and
    ``max_queue`` hold besides the server's own limits. ``read_limit``, ``write_limit`` (but for
    `broadcast`), ``ping_interval`` and ``ping_timeout`` are the server's affair.
    """

    _fragmented_message_waiter: None = None  # of websockets 10: no message is ever half sent

    def __init__(
        self,
        app: Any,
        transport: Any,
        send: Callable[[Event], Awaitable[None]],
        receive: Callable[[], Awaitable[Event]],
    ) -> None:
        super().__init__(asyncio.get_event_loop())
        self._carry(transport)
        self._app = app
        self._server_send = ServerSend(send)
        self._asgi_receive = receive
        scope = transport.scope
        self.subprotocols: list[str] = list(scope.get("subprotocols") or ())  # the client's
        self._has_refusals = _REFUSAL in (scope.get("extensions") or ())
        self.between(address_of(scope.get("client")), address_of(scope.get("server")))
        self._settings = AppSockets.of(app).settings(app.config)
        self._configure(
            path=path_of(scope),
            close_timeout=self._settings.timeout,
            max_size=self._settings.max_size,
            max_queue=self._settings.max_queue,
            write_limit=self._settings.write_limit,
            send_timeout=self._settings.send_timeout,
        )
        self._request: Any = None  # once Sanic has made it
        self._reader: asyncio.Task[None] | None = None  # asks the server for messages
        self._writer: asyncio.Task[None] | None = None  # sends the backlog
        self._backlog: deque[Outgoing] = deque()  # broadcasts and a close, sent in their turn
        self._backlog_size = 0  # bytes of it
        self._slow = False  # whether that is over write_limit: broadcasts pass it over
        self._line = Line()  # `send`s that wait for the backlog
        self._not_yet_sent = 0  # `send`s that wait for their turn, of the loop or in the line
        self._since_yield = 0  # bytes sent since the loop had a turn; see _YIELD_AFTER
        self._room_ahead = asyncio.Event()  # whether the next message may be asked for
        self._room_ahead.set()
        self._discarding = False  # whether what arrives is dropped
        self._keep_up_to = 0  # bytes received from which on it is, while closing
        self._messages_received = 0  # put into the queue
        self._messages_sent = 0  # taken by the server
        self._bytes_received = 0  # of messages: the frames are the server's
        self._bytes_sent = 0  # of messages, as well
        self._access: AccessLog | None = None  # where the app has one

    # The handshake.

    def bind(self, request: Any) -> None:
        """Learn the request."""
        self._request = request
        self._configure(request_headers=request.headers)

    async def accept(self, subprotocols: Any = None) -> None:
        """Accept the connection (Sanic). ``subprotocols`` are the route's, in any collection.

        Asks the app's ``WEBSOCKET_ORIGINS`` and ``WEBSOCKET_BEFORE_UPGRADE`` first; raises a
        SanicException if they refuse. Does nothing before there is a request, when Sanic up to
        21.3 calls it too.
        """
        if self._request is None or self.state is not State.CONNECTING:
            return
        subprotocol, extra = await agree(
            self._request, self.subprotocols, subprotocols, self._settings
        )
        headers = [extra_header(name, value) for name, value in extra]
        accept = {"type": "websocket.accept", "subprotocol": subprotocol, "headers": headers}
        try:
            await self._server_send(accept)
        except Exception as exc:
            self._end()
            raise self.connection_closed_exc() from exc
        self._configure(subprotocol=subprotocol, response_headers=dict(extra))
        self._access = AccessLog.of(self._app, self._request, self.remote_address)
        if self._access is not None:
            self._access.opened()
        self._waited_for_by(asyncio.current_task())
        AppSockets.of(self._app).admit(self, self._app, self._request)
        self._enter(State.OPEN)
        self._take_again(NOT_OPEN)
        self._reader = self.loop.create_task(self._read())

    async def respond(self, message: Event) -> None:
        """Take what Sanic answers by HTTP: before `accept`, it refuses the WebSocket.

        By ASGI's extension "websocket.http.response" where the server has it, else by a bare 403.
        """
        if self.state is not State.CONNECTING:
            return
        if not self._has_refusals:
            await self.refuse()
            return
        refusal = {**message, "type": "websocket." + message["type"]}
        if "headers" in refusal:
            refusal["headers"] = list(refusal["headers"])
        elif not message.get("more_body", False):
            self._end()
        await self._server_send(refusal)

    async def refuse(self) -> None:
        """Refuse the WebSocket if nothing was answered yet: the server answers 403."""
        if self.state is State.CONNECTING:
            self._end()
            await self._server_send({"type": "websocket.close"})

    async def finish(self) -> None:
        """Sanic is done with the request, and the server closes TCP when this returns."""
        self.end_handler()
        if self.state is State.OPEN:
            self._begin_close(CloseCode.INTERNAL_ERROR, "")  # Sanic 20.12 lets a failure out
        try:
            await _ended(self._writer, self.close_timeout)
            if self.state is State.CLOSING:
                await _ended(self._reader, _LINGER)
        finally:
            self._abort()

    # Receiving.

    async def _read(self) -> None:
        """Feed the inbox, up to ``max_queue`` messages, until the connection is gone."""
        try:
            while self._take(await self._asgi_receive()):
                if self._held:
                    await self._room_ahead.wait()
        except Exception:
            self.logger.exception("%s: the ASGI server failed to receive", self.id)
            self._disconnected()
        self._look_again()

    def _take(self, event: Event) -> bool:
        """Take an event; return whether another one may follow."""
        kind = event.get("type")
        if kind == "websocket.receive":
            text = event.get("text")
            self._arrived(event["bytes"] if text is None else text)
        elif kind == "websocket.disconnect":
            self._disconnected(event.get("code"), event.get("reason"))
        elif kind != "websocket.connect":
            self.logger.warning("%s: no WebSocket event of the ASGI server: %r", self.id, kind)
            return False
        return self.state is not State.CLOSED

    async def _wait(self) -> None:
        if self._reader is not None and self._reader.done():
            self._disconnected()
        await super()._wait()

    def _arrived(self, message: Message) -> None:
        if self.state is not _OPEN and self._bytes_received > self._keep_up_to:
            self._discarding = True  # nobody may ever read them
        if self._discarding:
            return
        size = size_of(message)
        if self.max_size is not None and size > self.max_size:
            self.fail_connection(CloseCode.MESSAGE_TOO_BIG, f"message over {self.max_size} bytes")
            return
        messages = self._messages
        if messages is None:
            messages = self.messages
        messages.append(message)
        self._messages_received += 1
        self._bytes_received += size
        if self._receiver is not None:
            self._receiver.wake_soon()
        if len(messages) >= self._room and self.state is _OPEN:
            self._hold(FULL)
            self._room_ahead.clear()

    def _room_made(self) -> None:
        self._take_again(FULL)
        self._room_ahead.set()

    # Sending.

    async def send(self, message: Any) -> None:
        """Send a message, as LegacyWebSocket does, but for two things.

        Fragments are joined: ASGI has whole messages only. How much is buffered for a peer that
        does not read is the server's affair.
        """
        if self._backlog or self._since_yield > _YIELD_AFTER or self.state is not _OPEN:
            await self._until_my_turn()
        if not isinstance(message, (str, bytes, bytearray, memoryview)):
            message = await joined(each_fragment(message))
            await self._until_my_turn()
        if message is not None:
            await self._deliver(*send_event(message))

    async def _until_my_turn(self) -> None:
        self._not_yet_sent += 1
        try:
            if self._since_yield > _YIELD_AFTER:
                self._since_yield = 0
                await asyncio.sleep(0)
            if self._backlog:
                await self._until_sent()
            if self.state is not State.OPEN:
                await self.ensure_open()
        finally:
            self._not_yet_sent -= 1

    async def _until_sent(self) -> None:
        """Wait for the backlog."""
        place = object()
        try:
            while self._backlog and self.state is State.OPEN:
                await self._line.wait(place, self.loop)
        finally:
            self._line.leave(place)
            self._line.wake_first()

    async def _deliver(self, event: Event, size: int) -> None:
        """Hand an event to the server; raise ConnectionClosed if that fails."""
        try:
            if self.send_timeout is None:
                await self._server_send(event)
            else:
                await asyncio.wait_for(self._server_send(event), self.send_timeout)
        except LeftError:
            raise self.connection_closed_exc() from None
        except asyncio.TimeoutError as exc:
            self._abort()
            raise self.connection_closed_exc() from exc
        except Exception as exc:
            # Servers differ in what they raise when the peer is gone; why it went, the reader
            # learns behind the messages that are not read yet.
            if self.state is State.OPEN:
                self._enter_closing()
            await self.wait_closed()
            raise (await self._told_not_open()) from exc
        if event["type"] == "websocket.send":
            self._since_yield += size + _OVERHEAD
            self._messages_sent += 1
            self._bytes_sent += size

    def put_broadcast(self, encoder: Encoder, close_slow: bool) -> bool:
        """Send one message of many, if open, without waiting; False if it was passed over."""
        if self.state is not _OPEN:
            return True
        if not self._slow:
            self._put_event(*send_event(encoder.message))
            return True
        if close_slow:
            self.fail_connection(CloseCode.TRY_AGAIN_LATER, "too slow for a broadcast")
        return False

    def put_at_once(self, opcode: int, payload: bytes) -> None:
        """Send a message without waiting, however much is buffered."""
        self._put_event(*send_event(payload.decode() if opcode == TEXT else payload))

    def _send_close(self, payload: bytes) -> None:
        assert self.close_sent is not None
        code, reason = self.close_sent
        event: Event = {"type": "websocket.close", "reason": reason}
        if code != CloseCode.NO_STATUS_RCVD:
            event["code"] = int(code)
        self._put_event(event, 0)

    def _put_event(self, event: Event, size: int) -> None:
        """Send an event without waiting, in its turn."""
        self._backlog.append((event, size))
        self._backlog_size += size
        if self._writer is None or self._writer.done():
            self._writer = self.loop.create_task(self._write())
        self._limit_backlog()

    async def _write(self) -> None:
        """Send what waits in the backlog."""
        while self._backlog:
            event, size = self._backlog[0]
            try:
                if event["type"] == "websocket.close" and closes_when_not_receiving(
                    self._asgi_receive
                ):
                    await self._close_alone(event)
                else:
                    await self._deliver(event, size)
            except ConnectionClosed:
                self._backlog.clear()
                self._backlog_size = 0
            else:
                self._backlog_size -= self._backlog.popleft()[1]
            self._limit_backlog()
        if self.state is State.CLOSING and self._reader is not None and self._reader.done():
            self._abort()

    async def _close_alone(self, event: Event) -> None:
        """Close under a server that would first wait for what `_read` asked it for."""
        if self._reader is not None:
            self._reader.cancel()
            await asyncio.wait({self._reader})
        await self._deliver(event, 0)
        if self.close_sent is not None:
            self._disconnected(*self.close_sent)  # the peer's answer is not to be had

    def _limit_backlog(self) -> None:
        """A broadcast passes over a connection that has too much waiting."""
        self._slow = self._backlog_size > self.write_limit
        self._line.wake_first()

    # The end.

    def fail_connection(self, code: int = 1006, reason: str = "") -> None:
        """Fail the connection: close it with ``code``, and drop what arrives. Does not wait.

        1006 is sent as 1011: an ASGI server drops TCP only when the handler has ended.
        """
        if self.state is State.CONNECTING:
            self._end()
            self._put_event({"type": "websocket.close"}, 0)
            return
        if code == CloseCode.ABNORMAL_CLOSURE:
            code = CloseCode.INTERNAL_ERROR
        self._discarding = True
        self._begin_close(code, truncate_reason(reason))

    def _enter_closing(self) -> None:
        super()._enter_closing()
        self._keep_up_to = self._bytes_received + self.read_limit
        self._room_made()  # on past a full queue, to find the end
        self._line.wake_all(self.loop)

    def _abort(self) -> None:
        """Wait for the peer no longer. The server drops TCP when the handler has ended."""
        for task in (self._reader, self._writer):
            if task is not None and task is not asyncio.current_task():
                task.cancel()
        self._disconnected()

    def _disconnected(self, code: int | None = 1006, reason: str | None = "") -> None:
        """The connection is gone: ``code`` and ``reason`` are what the server says of that."""
        if self.state is State.CLOSED:
            return
        if code != CloseCode.ABNORMAL_CLOSURE:
            close = Close(CloseCode.NO_STATUS_RCVD if code is None else code, reason or "")
            self._closed_by_peer(close)
            if self.close_sent is None:
                self._closed_by_us(close)  # the server has answered it
        self._end()
        if self._access is not None:
            self._access.closed(self)
        AppSockets.of(self._app).members.discard(self)

    def _end(self) -> None:
        self._drop_deadline()
        self._enter(State.CLOSED)
        self._conclude()

    def _tell(self) -> None:
        """No message will come, and none will go."""
        super()._tell()
        self._server_send.leave()
        self._line.wake_all(self.loop)
        self._wake_receiver()

    @property
    def waited_on(self) -> bool:
        """Whether a task waits on this connection, in whatever method."""
        sends = self._server_send.waited_on or self._not_yet_sent
        return bool(sends or self._receiver or self._ended)

    @property
    def stats(self) -> Stats:
        """Messages and bytes in both directions; bytes are those of the messages."""
        return Stats(
            self._messages_received,
            self._messages_sent,
            self._bytes_received,
            self._bytes_sent,
            self._telling_code,
        )

    @property
    def extensions(self) -> list[Any]:
        """None: compression is the server's affair."""
        return []


LegacyWebSocket.register(AsgiWebSocket)  # handlers ask by isinstance


async def _ended(task: asyncio.Task[None] | None, timeout: float) -> None:
    if task is not None:
        await asyncio.wait({task}, timeout=timeout)
