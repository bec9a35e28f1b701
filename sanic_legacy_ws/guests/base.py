"""`GuestProtocol`: another WebSocket framework on the connections that Sanic accepted.

Sanic reads the request and finds the route; the opening handshake is judged and answered as for
our own connection. From then on a guest has the connection. A guest is an `asyncio.Protocol`
(or an `asyncio.BufferedProtocol`, which then reads from the transport without anything in
between), made for each connection from an `Opening`. The handler gets ``guest.websocket`` if
there is such an attribute, else the guest itself.
"""

from __future__ import annotations

import asyncio
from typing import Any, Awaitable, Callable, ClassVar, NamedTuple, TypeVar

from sanic.log import logger

from .._compat.interfaces import Request, Subprotocols
from .._compat.sanic import websocket_route_handler
from ..binding.access_log import AccessLog
from ..binding.protocol import UpgradableProtocol
from ..binding.settings import Settings
from ..binding.upgradable import CheckedAtStart
from ..binding.upgrade import negotiate
from ..wire.deflate import Deflate
from .adapter import Adapter

Handler = TypeVar("Handler", bound=Callable[..., Any])

_MARK = "sanic_legacy_ws_guest"


class Opening(NamedTuple):
    """What a guest is told about its connection.

    request: Sanic's request.
    transport: the transport of asyncio. The guest owns it from ``connection_made`` on.
    subprotocol: the one that was agreed on, or None.
    subprotocols: those of the route.
    headers: the headers that the app adds to the response.
    settings: the app's WEBSOCKET_* settings.
    deflate: the permessage-deflate that was agreed on (``deflate.agreed``), or None.

    Bytes that arrived with the request, or right after it, are the first ones that
    ``data_received`` gets.
    """

    request: Request
    transport: Any
    subprotocol: str | None
    subprotocols: tuple[str, ...]
    headers: dict[str, str]
    settings: Settings
    deflate: Deflate | None = None


GuestFactory = Callable[[Opening], Any]


def guest(factory: GuestFactory) -> Callable[[Handler], Handler]:
    """Let the guests of ``factory`` serve one route; the other routes do not change.

    A decorator for a WebSocket handler, below ``@app.websocket``. Works with
    `GuestProtocol` and with `sanic_legacy_ws.WebSocketProtocol`.
    """

    def mark(handler: Handler) -> Handler:
        setattr(handler, _MARK, factory)
        return handler

    return mark


def guest_factory(handler: object) -> GuestFactory | None:
    """Return the guest factory that a handler is marked with, if it is."""
    factory: GuestFactory | None = getattr(handler, _MARK, None)
    return factory


def guest_of(request: Request) -> GuestFactory | None:
    """Return the guest factory of the route that ``request`` goes to, if it has one."""
    return guest_factory(websocket_route_handler(request))


class KeepsMessages:
    """For a guest's object that keeps messages until they are read.

    A handler that reads may read them all, though it is to be cancelled since the peer has gone;
    it is cancelled when the object would raise that there is nothing more.
    """

    before_it_fails: Callable[[], Awaitable[None]] | None = None
    """Set by this package, to be awaited before the object raises that its connection is gone."""

    is_read = False
    """Whether the handler has read a message."""

    def note_read(self) -> None:
        """A message was taken."""
        self.is_read = True

    async def ahead_of_failure(self) -> None:
        """Await `before_it_fails`, where there is one."""
        if self.before_it_fails is not None:
            await self.before_it_fails()


class GuestProtocol(UpgradableProtocol):
    """Sanic's HTTP protocol, whose WebSockets are guests.

    Subclass it, and set ``guest``, a function that gets an `Opening` and returns the guest. Run the
    app with the subclass: ``app.run(protocol=YourProtocol)``. If a guest has a true
    ``answers_upgrade``, it writes the 101 response itself. If the function has a true
    ``compresses``, WEBSOCKET_COMPRESSION is negotiated for its guests.
    """

    __slots__ = ("_access",)

    guest: ClassVar[Any] = None

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self._access: AccessLog | None = None

    @CheckedAtStart
    async def websocket_handshake(self, request: Request, subprotocols: Subprotocols = None) -> Any:
        """Upgrade ``request``'s connection and return what its guest has for the handler.

        Raises a SanicException for a request that is refused: 400, 403, 405 or 426, or what the
        app's hook or the guest raises.
        """
        factory: GuestFactory | None = guest_of(request) or type(self).guest
        if factory is None:
            raise TypeError(f"{type(self).__name__} has no guest for {request.path}")
        settings = self._read_settings()
        if settings.compression is not None and not getattr(factory, "compresses", False):
            settings = settings._replace(compression=None)
            _tell_once(factory)
        upgrade = await negotiate(request, subprotocols, settings)
        opening = Opening(
            request,
            self.transport,
            upgrade.subprotocol,
            tuple(subprotocols or ()),
            upgrade.headers,
            settings,
            upgrade.deflate,
        )
        invited = factory(opening)
        websocket = getattr(invited, "websocket", invited)
        adapter = Adapter(websocket, self.transport, self.loop, settings.timeout)
        completed = adapter.complete()
        access = AccessLog.of(self.app, request)
        answers = getattr(invited, "answers_upgrade", False)
        await self._leave_http(request, adapter, None if answers else upgrade.response)
        self._hand_over(completed, invited, adapter)
        self._log_opened(access)
        self._open_guest(invited)
        return self.websocket

    def _log_opened(self, access: AccessLog | None) -> None:
        self._access = access
        if access is not None:
            access.opened()

    def connection_lost(self, exc: Exception | None) -> None:
        """The transport is gone (asyncio)."""
        websocket = self.websocket
        super().connection_lost(exc)
        if self._access is not None and websocket is not None:
            self._access.closed(websocket)

    def _open_guest(self, invited: Any) -> None:
        """Give the guest its transport, and what came behind the request."""
        invited.connection_made(self.transport)
        if isinstance(invited, asyncio.BufferedProtocol):
            self._make_way(invited)
        else:
            self._feed_surplus()

    def _make_way(self, invited: asyncio.BufferedProtocol) -> None:
        """Let the transport read into the guest's own buffer."""
        transport: Any = self.transport
        feed(invited, self._take_surplus())
        # uvloop changes its way of reading only when reading starts.
        transport.pause_reading()
        transport.set_protocol(_Buffered(invited, self))
        transport.resume_reading()


class _Buffered(asyncio.BufferedProtocol):
    """What the transport sees of a buffered guest: all but the reading goes by Sanic's protocol."""

    def __init__(self, invited: Any, protocol: Any) -> None:
        for name in ("get_buffer", "buffer_updated"):
            setattr(self, name, getattr(invited, name))
        for name in ("eof_received", "pause_writing", "resume_writing", "connection_lost"):
            setattr(self, name, getattr(protocol, name))


_told: set[int] = set()


def _tell_once(factory: GuestFactory) -> None:
    if id(factory) not in _told:
        _told.add(id(factory))
        name = getattr(factory, "__qualname__", type(factory).__qualname__)
        logger.warning("WEBSOCKET_COMPRESSION has no effect on the guests of %s", name)


def feed(invited: Any, data: bytes) -> None:
    """Have a buffered protocol read ``data``."""
    view = memoryview(data)
    while view:
        buffer = memoryview(invited.get_buffer(len(view))).cast("B")
        size = min(len(buffer), len(view))
        buffer[:size] = view[:size]
        view = view[size:]
        invited.buffer_updated(size)
