"""An app on Sanic's own server, on a free port of this machine, and clients from websockets."""

from __future__ import annotations

import socket
from typing import Any, Sequence

from websockets.exceptions import ConnectionClosed

from .._compat import websockets_client as library
from ..exceptions import Close, connection_closed
from ..wire.decoder import Message
from .client import ConnectionRefused, WebSocketClient, headers_of, within
from .embedding import EmbeddedServer


class NativeHost:
    """Serves an app in the running loop."""

    def __init__(self, app: Any, timeout: float, protocol: Any) -> None:
        self._timeout = timeout
        self._sock = socket.create_server(("127.0.0.1", 0))
        self.port: int = self._sock.getsockname()[1]
        self._server = EmbeddedServer(app, self._sock, protocol)

    async def start(self) -> None:
        """Run the app's listeners, and serve."""
        await within(self._timeout, self._server.start())

    async def stop(self) -> None:
        """Stop as Sanic does."""
        await self._server.stop(self._timeout)

    async def connect(
        self, target: str, headers: Sequence[tuple[str, str]], subprotocols: Sequence[str]
    ) -> NativeClient:
        """Open a connection; raise ConnectionRefused if the app refuses."""
        url = f"ws://127.0.0.1:{self.port}{target}"
        try:
            made = await library.connect(url, headers, subprotocols, self._timeout)
        except Exception as exc:
            refused = library.refusal(exc)
            if refused is None:
                raise
            raise ConnectionRefused(*refused) from None
        return NativeClient(made, self._timeout)


class NativeClient(WebSocketClient):
    """A connection of the websockets library, with an interface that is the same in all of its
    releases."""

    def __init__(self, connection: Any, timeout: float) -> None:
        self._connection = connection
        self.timeout = timeout
        self._agreed(connection.subprotocol, headers_of(library.response_headers(connection)))

    async def send(self, message: str | bytes) -> None:
        """Send a message."""
        try:
            await within(self.timeout, self._connection.send(message))
        except ConnectionClosed:
            raise await self._end() from None

    async def _recv(self) -> Message:
        try:
            message: Message = await self._connection.recv()
        except ConnectionClosed:
            raise await self._end() from None
        return message

    async def close(self, code: int = 1000, reason: str = "") -> None:
        """Close the connection."""
        await self._connection.close(code, reason)
        await self._end()

    async def _wait_closed(self) -> None:
        await self._connection.wait_closed()
        await self._end()

    async def _end(self) -> Exception:
        """Wait for the end of TCP, and say how the connection ended."""
        await self._connection.wait_closed()
        return connection_closed(*library.ending(self._connection))

    @property
    def closed(self) -> bool:
        """Whether the connection is closed."""
        return library.is_closed(self._connection)

    @property
    def close_rcvd(self) -> Close | None:
        """The app's close frame, with ``code`` and ``reason``."""
        return library.ending(self._connection).rcvd if self.closed else None


__all__ = ["NativeClient", "NativeHost"]
