"""Other frameworks as guests of Sanic, and websockets' legacy object by `wrap`."""

from __future__ import annotations

from typing import Any, Sequence

from benchmarks.cases import Case
from benchmarks.servers.picows_core import Echo
from benchmarks.servers.sanic_app import make_app, run
from benchmarks.servers.shim import Shim
from sanic_legacy_ws.guests import GuestProtocol, wrap
from sanic_legacy_ws.guests.picows import picows
from sanic_legacy_ws.guests.websockets_asyncio import WebsocketsAsyncioProtocol
from sanic_legacy_ws.guests.websockets_legacy import WebsocketsLegacyProtocol
from sanic_legacy_ws.guests.wsproto import WsprotoProtocol


class PicowsProtocol(GuestProtocol):
    """Every WebSocket route gets picows, and the listener that picows has alone."""

    __slots__ = ()

    guest = staticmethod(picows(lambda opening: Echo()))


class Wrapped(Shim):
    """The shim that one writes first, and one word more."""

    __slots__ = ()

    async def websocket_handshake(
        self, request: Any, subprotocols: Sequence[str] | None = None
    ) -> Any:
        """Have Sanic find all that it calls."""
        return wrap(await super().websocket_handshake(request, subprotocols))


def serve_picows(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed: the handler waits, the listener answers."""
    run(make_app(case, handler=_wait), port, protocol=PicowsProtocol)


def serve_wsproto(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    run(make_app(case), port, protocol=WsprotoProtocol)


def serve_websockets_asyncio(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    run(make_app(case), port, protocol=WebsocketsAsyncioProtocol)


def serve_websockets_legacy(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    run(make_app(case), port, protocol=WebsocketsLegacyProtocol)


def serve_wrapped(case: Case, port: int) -> None:
    """Serve `case` on `port` until killed."""
    run(make_app(case), port, protocol=Wrapped)


async def _wait(ws: Any) -> None:
    await ws.wait_closed()
