"""What a worker knows of an app's WebSockets: which are open, and whether it begins to stop."""

from __future__ import annotations

import asyncio
from functools import partial
from typing import Any, Callable, Iterable, Mapping, TypeVar

from .._compat.allocator import keep_freed_memory
from .._compat.interfaces import App, Request
from .._compat.sanic import app_context, websocket_route_handler
from ..connection import LegacyWebSocket
from ..connection.base import BaseWebSocket
from ..usage.instrument import instrument
from ..usage.ledger import Ledger, configured
from .handlers import HandlerTasks
from .settings import SettingError, Settings
from .stopping import Stop
from .upgraded import SERVED, Upgraded

Connection = TypeVar("Connection", bound=BaseWebSocket)

_ATTRIBUTE = "_sanic_legacy_ws"


class AppSockets:
    """One app's WebSockets in this process."""

    def __init__(self) -> None:
        self.members: set[Upgraded] = set()
        self._stopping: asyncio.Future[None] | None = None
        self._settings: Settings | None = None
        self._given: tuple[Any, ...] = ()
        self._classes: dict[type, Any] = {}
        keep_freed_memory()

    @classmethod
    def of(cls, app: App) -> AppSockets:
        context = app_context(app)
        sockets: AppSockets | None = getattr(context, _ATTRIBUTE, None)
        if sockets is None:
            sockets = cls()
            setattr(context, _ATTRIBUTE, sockets)
        return sockets

    @classmethod
    def forget(cls, app: App) -> None:
        """Know nothing of ``app``: it is going to be served anew, as in a worker that starts."""
        vars(app_context(app)).pop(_ATTRIBUTE, None)

    def settings(self, config: Mapping[str, Any], given: tuple[Any, ...] = ()) -> Settings:
        """Return the settings, read again only where the protocol's own arguments differ."""
        if self._settings is None or given != self._given:
            self._settings = Settings.read(config, given)
            self._given = given
        return self._settings

    def class_for(self, app: App, cls: type[Connection]) -> type[Connection]:
        """Return ``cls``, or a subclass that records old-only uses where ``app`` wants a report."""
        if cls not in self._classes:
            ledger = configured(app.config)
            if ledger is None:
                self._classes[cls] = cls
            else:
                ledger.save()  # under ASGI, a process counts from its first WebSocket on
                self._classes[cls] = instrument(cls, ledger)
        recorded: type[Connection] = self._classes[cls]
        return recorded

    def admit(self, upgraded: Upgraded, app: App, request: Request) -> None:
        """Count ``upgraded`` among the WebSockets of ``app``. To be called by its own task."""
        upgraded.stopping = self._stopping_of(app, upgraded.loop)
        if websocket_route_handler(request) is None:
            upgraded.handler_due = False
        HandlerTasks.of(app).expect(upgraded)
        SERVED.set(id(upgraded))
        self.members.add(upgraded)
        if self._settings is not None and self._settings.on_disconnect != upgraded.on_disconnect:
            upgraded.on_disconnect = self._settings.on_disconnect

    def _stopping_of(self, app: App, loop: asyncio.AbstractEventLoop) -> asyncio.Future[None]:
        """Return a future that is done as soon as Sanic begins to stop this worker.

        Before it stops, Sanic cancels every task in ``app.websocket_tasks``, on every line: a
        future of ours among them tells us so, without a listener.
        """
        stopping = self._stopping
        if stopping is None or stopping.get_loop() is not loop:
            stopping = self._stopping = loop.create_future()
            graceful = app.config["GRACEFUL_SHUTDOWN_TIMEOUT"]
            stopping.add_done_callback(partial(self._on_stopping, graceful))
        if not stopping.done():
            HandlerTasks.of(app).add(stopping)
        return stopping

    def _on_stopping(self, graceful: float, stopping: asyncio.Future[None]) -> None:
        Stop(self.members, stopping.get_loop(), graceful).begin()


def check(config: Mapping[str, Any]) -> None:
    """Raise SettingError for a setting that cannot be used, before anything is served."""
    _read(config, Ledger.try_out)


def begin(config: Mapping[str, Any]) -> None:
    """The same in the process that serves: from here on, it counts for the usage report."""
    _read(config, Ledger.write)


def _read(config: Mapping[str, Any], touch: Callable[[Ledger], None]) -> None:
    Settings.read(config)
    ledger = configured(config)
    if ledger is not None:
        try:
            touch(ledger)
        except OSError as exc:
            raise SettingError(f"LEGACY_WS_REPORT cannot be written: {exc}") from None


def connections(app: App) -> Iterable[LegacyWebSocket]:
    """Return the open WebSockets of ``app`` in this worker, in no particular order.

    ``app`` is a Sanic app. Each worker knows its own connections only. You may keep the result:
    it does not change when connections open or close.
    """
    websockets = [each for each in AppSockets.of(app).members if isinstance(each, LegacyWebSocket)]
    return [websocket for websocket in websockets if websocket.open]
