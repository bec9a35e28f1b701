"""Serve an app for a test, and connect to it."""

from __future__ import annotations

from contextlib import asynccontextmanager
from typing import Any, AsyncIterator, Sequence

from ..binding.app_sockets import AppSockets
from ..server.protocol import WebSocketProtocol
from .asgi_host import AsgiHost
from .client import Headers, Query, WebSocketClient, pairs, target
from .native import NativeHost

_served: list[Any] = []


class TestServer:
    """An app that is being served; see `serve`."""

    __test__ = False  # no class of tests, though pytest would take the name for one

    def __init__(self, host: NativeHost | AsgiHost) -> None:
        self._host = host
        self._running = False

    @property
    def port(self) -> int | None:
        """The port on 127.0.0.1; None for ``mode="asgi"``, which has no socket."""
        return getattr(self._host, "port", None)

    @asynccontextmanager
    async def connect(
        self,
        path: str,
        *,
        subprotocols: Sequence[str] = (),
        headers: Headers = (),
        query: Query = "",
    ) -> AsyncIterator[WebSocketClient]:
        """Connect to a WebSocket route, and close the connection at the end of the block.

        ``subprotocols`` are offered in this order. ``headers`` are more headers, a mapping or
        pairs. ``query`` is put behind ``path``: a string, a mapping or pairs. Raises
        ConnectionRefused if the app answers with another response.
        """
        client = await self._host.connect(target(path, query), pairs(headers), subprotocols)
        try:
            yield client
        finally:
            await client.close()

    async def stop(self) -> None:
        """Stop serving, as Sanic stops on SIGTERM. The end of `serve`'s block does, too."""
        if self._running:
            self._running = False
            await self._host.stop()


@asynccontextmanager
async def serve(
    app: Any, *, mode: str = "native", protocol: Any = WebSocketProtocol, timeout: float = 10.0
) -> AsyncIterator[TestServer]:
    """Serve ``app`` in the running loop until the end of the block; gives a `TestServer`.

    ``mode`` is "native" for Sanic's own server on a free port, or "asgi", which calls the app as
    an ASGI server does, without a socket. The listeners run in both modes. ``protocol`` is the
    class for ``app.run(protocol=...)``, for the native mode. No step takes longer than ``timeout``
    seconds. On Sanic 20.12 and 21.3, the ASGI mode needs a call of `sanic_legacy_ws.install`
    before the app's routes are added.
    """
    if mode not in ("native", "asgi"):
        raise ValueError(f'mode must be "native" or "asgi", not {mode!r}')
    if any(each is app for each in _served):
        raise RuntimeError(f"{app!r} is being served already: connect to that server")
    _served.append(app)
    try:
        AppSockets.forget(app)
        host = AsgiHost(app, timeout) if mode == "asgi" else NativeHost(app, timeout, protocol)
        server = TestServer(host)
        await host.start()
        server._running = True
        try:
            yield server
        finally:
            await server.stop()
    finally:
        _served.remove(app)


@asynccontextmanager
async def connect(
    app: Any,
    path: str,
    *,
    mode: str = "native",
    protocol: Any = WebSocketProtocol,
    subprotocols: Sequence[str] = (),
    headers: Headers = (),
    query: Query = "",
    timeout: float = 10.0,
) -> AsyncIterator[WebSocketClient]:
    """Serve ``app`` and connect to its route ``path``: `serve` and `TestServer.connect` in one."""
    async with serve(app, mode=mode, protocol=protocol, timeout=timeout) as server:
        connected = server.connect(path, subprotocols=subprotocols, headers=headers, query=query)
        async with connected as client:
            yield client
