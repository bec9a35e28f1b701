"""The protocol for Sanic 20.12, whose HTTP side feeds each chunk to httptools at once."""

# What Sanic of that line has is not what the newest has.
# pyright: reportOptionalMemberAccess=false, reportAttributeAccessIssue=false

from __future__ import annotations

from typing import Any, Callable, Mapping

from httptools import HttpParserError, HttpParserUpgrade, HttpRequestParser
from sanic.exceptions import InvalidUsage, PayloadTooLarge

from .._compat.interfaces import Response
from .upgradable import BaseUpgradableProtocol
from .upgrade import name_upgrade

_PAUSE_AT = 1 << 16  # bytes kept for an upgrade that is not decided yet


class _Body:
    """The body of a request that asks for an upgrade: httptools leaves it where it stops."""

    def __init__(self, length: int | None, on_body: Callable[[bytes], None]) -> None:
        """``length`` is None for chunks."""
        self.whole = False
        self.on_body = on_body
        self._left = length or 0
        self._chunks: HttpRequestParser | None = None
        if length is None:
            self._chunks = HttpRequestParser(self)
            self._chunks.feed_data(b"POST / HTTP/1.1\r\nTransfer-Encoding: chunked\r\n\r\n")

    @classmethod
    def announced(
        cls, headers: Mapping[str, str], on_body: Callable[[bytes], None]
    ) -> _Body | None:
        """Return the body that ``headers`` announce, if any; they are judged already."""
        if "transfer-encoding" in headers:
            return cls(None, on_body)
        length = int(headers.get("content-length", 0))
        return cls(length, on_body) if length else None

    def take(self, data: bytes) -> bytes:
        """Take what is the body's; return what follows it. Raises HttpParserError."""
        if self._chunks is None:
            part, rest = data[: self._left], data[self._left :]
            self._left -= len(part)
            self.whole = not self._left
            if part:
                self.on_body(part)
            return rest
        # The parser does not say where the chunks ended: behind a line feed, in any case.
        pos = 0
        while pos < len(data) and not self.whole:
            end = data.find(b"\n", pos) + 1 or len(data)
            self._chunks.feed_data(data[pos:end])
            pos = end
        return data[pos:]

    def on_message_complete(self) -> None:
        """The last chunk was read (httptools)."""
        self.whole = True


class HttptoolsProtocol(BaseUpgradableProtocol):
    """For Sanic 20.12.

    The parser stops at the head of an upgrade request. Its body, if it has one, is read by
    ``_body``. What follows is neither HTTP nor WebSocket until the handshake is done, so it waits
    in ``_surplus``.
    """

    __slots__ = ("_body", "_surplus")

    # Of Sanic's class in that release.
    parser: Any
    on_body: Callable[[bytes], None]
    _total_request_size: int

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._body: _Body | None = None
        self._surplus: bytearray | None = None

    def data_received(self, data: bytes) -> None:
        """Bytes arrived (asyncio)."""
        if self._receiver is not None:
            self._receiver.data_received(data)
        elif self._surplus is not None:
            self._keep(data)
        elif self._body is not None:
            self._total_request_size += len(data)
            self._read_body(self._body, data)
        else:
            try:
                super().data_received(data)
            except HttpParserUpgrade as upgrade:
                rest = data[upgrade.args[0] :]
                if self._body is not None:
                    self._read_body(self._body, rest)
                else:
                    self._await_decision(rest)

    def on_message_complete(self) -> None:
        """A request is whole (httptools); one with an upgrade but for its body."""
        if self.parser.should_upgrade():
            self._body = _Body.announced(self.request.headers, self.on_body)
        if self._body is None:
            super().on_message_complete()

    def _read_body(self, body: _Body, data: bytes) -> None:
        try:
            rest = body.take(data)
        except HttpParserError:
            self.write_error(InvalidUsage("Bad Request"))
            return
        if self._total_request_size > self.request_max_size:
            self.write_error(PayloadTooLarge("Payload Too Large"))
        elif body.whole:
            self._body = None
            self._await_decision(rest)
            super().on_message_complete()

    def _await_decision(self, rest: bytes) -> None:
        self._surplus = bytearray()
        self._keep(rest)

    def _keep(self, data: bytes) -> None:
        assert self._surplus is not None
        self._surplus += data
        if len(self._surplus) > _PAUSE_AT:
            self.transport.pause_reading()

    def _take_surplus(self) -> bytes:
        surplus, self._surplus = bytes(self._surplus or b""), None
        return surplus

    async def _send_upgrade(self, response: bytes) -> None:
        self.transport.write(response)

    def _end_http(self) -> None:
        self.access_log = False
        for name in ("_request", "_response", "_keep_alive"):
            timer = getattr(self, f"{name}_timeout_handler")
            if timer is not None:
                timer.cancel()

    # What Sanic's handle_request writes when the handler is done.

    def write_response(self, response: Response) -> None:
        """Write an HTTP response (Sanic); after an upgrade: the handler is done."""
        if self._receiver is None:
            if getattr(response, "status", 0) == 426:
                output = response.output
                response.output = lambda *args: name_upgrade(output(*args))
            super().write_response(response)
            self._next_request()
            return
        self._http_response(getattr(response, "status", 0))
        self.close()

    async def stream_response(self, response: Response) -> None:
        """Stream an HTTP response (Sanic); after an upgrade: the handler is done."""
        if self._receiver is None:
            await super().stream_response(response)
            self._next_request()
            return
        self.close()

    def write_error(self, exception: Exception) -> None:
        """Write an HTTP error (Sanic); after an upgrade, nothing of HTTP is written."""
        if self._receiver is None:
            super().write_error(exception)

    def _next_request(self) -> None:
        """The upgrade was refused: what followed the request is HTTP after all."""
        if self._surplus is not None and self.transport is not None:
            surplus = self._take_surplus()
            self.transport.resume_reading()
            if surplus and not self.transport.is_closing():
                self.data_received(surplus)
