"""Sanic's own server in a loop that runs already: started and stopped as Sanic does it itself.

`AsyncioServer` is on every line, but only since 21.9 can it run an app's listeners in a running
loop, and on none does it end connections. See ``serve`` in Sanic's ``server`` for the order.
"""

from __future__ import annotations

import asyncio
import socket
from contextlib import contextmanager
from inspect import isawaitable
from typing import Any, Iterable, Iterator

from .._compat.sanic import TASK_ATTRIBUTE, Sanic, ServerInfo, ServerStage

_POLL = 0.01  # seconds between two looks at Sanic's set of connections


class EmbeddedServer:
    """An app served by the running loop, on a socket, by a protocol class of Sanic's kind."""

    def __init__(self, app: Any, sock: socket.socket, protocol: Any) -> None:
        self._app = app
        self._sock = sock
        self._made: set[Any] = set()  # the protocols of all connections
        self._protocol = _noting(protocol, self._made)
        self._server: Any = None

    async def start(self) -> None:
        """Run the listeners and serve. What a listener raises is raised, and nothing serves."""
        try:
            with test_mode():
                await self._start()
        except BaseException:
            self._close()
            raise

    async def _start(self) -> None:
        if ServerInfo is None:
            self._app.is_running = True
        self._server = await self._app.create_server(
            sock=self._sock,
            protocol=self._protocol,
            return_asyncio_server=True,
            asyncio_server_kwargs={"start_serving": False},
        )
        await self._event("before_start")
        await self._server.server.start_serving()
        await self._event("after_start")

    async def stop(self, timeout: float) -> None:
        """Stop as Sanic does on SIGTERM; what takes longer than ``timeout`` seconds is cut off.

        Handlers whose connection is closed may end first: they are cleaning up.
        """
        left = [each for each in self._made if each.transport is None or _is_lost(each)]
        await _ended(_tasks_of(left), timeout)
        await self._event("before_stop")
        self._server.server.close()
        for connection in list(self._server.connections):
            connection.close_if_idle()
        await self._drained(timeout)
        for connection in list(self._server.connections):
            connection.transport.abort()
        await _cancelled(_tasks_of(self._made), timeout)
        await _cancelled([task for task in getattr(self._app, "tasks", ()) if task], timeout)
        await self._event("after_stop")
        self._close()

    async def _event(self, name: str) -> None:
        if hasattr(self._server, "startup"):  # since 21.9
            if name == "before_start":
                await self._server.startup()
                if ServerInfo is not None and ServerStage is not None:
                    self._app.state.server_info.append(ServerInfo({}, ServerStage.SERVING))
            await getattr(self._server, name)()
        elif name != "before_start":  # `create_server` has done that
            for listener in getattr(self._server, "_" + name):
                result = listener(self._server.loop)
                if isawaitable(result):
                    await result

    async def _drained(self, timeout: float) -> None:
        for _ in range(int(timeout / _POLL)):
            if not self._server.connections:
                return
            await asyncio.sleep(_POLL)

    def _close(self) -> None:
        """Leave nothing behind, and the app as one that was never served."""
        if self._server is not None and self._server.server is not None:
            self._server.server.close()
        self._sock.close()
        forget_start(self._app)


_test_mode: list[bool] = []  # what it was before each block that is entered


@contextmanager
def test_mode() -> Iterator[None]:
    """Sanic's own switch to start an app again and again in one process, which it else refuses."""
    _test_mode.append(Sanic.test_mode)
    Sanic.test_mode = True
    try:
        yield
    finally:
        before = _test_mode.pop()
        if not _test_mode:
            Sanic.test_mode = before


def forget_start(app: Any) -> None:
    """Let an app that ended be started again, in any loop."""
    purge = getattr(app, "purge_tasks", None)  # since 21.12
    if purge is not None:
        purge()
    if ServerInfo is None:
        app.is_running = False
    else:
        app.state.server_info.clear()
    for name in ("router", "signal_router"):
        router = getattr(app, name, None)
        if getattr(router, "finalized", False):  # since 21.3
            router.reset()  # type: ignore[union-attr]
    if hasattr(getattr(app, "state", None), "is_started"):
        app.state.is_started = False


def _noting(protocol: Any, made: set[Any]) -> Any:
    """Return ``protocol`` as a class that adds each of its instances to ``made``."""

    def connection_made(self: Any, transport: Any) -> None:
        made.add(self)
        protocol.connection_made(self, transport)

    return type(
        protocol.__name__,
        (protocol,),
        {"__slots__": (), "__module__": protocol.__module__, "connection_made": connection_made},
    )


def _is_lost(connection: Any) -> bool:
    return bool(connection.transport.is_closing())


def _tasks_of(connections: Iterable[Any]) -> list[asyncio.Task[Any]]:
    tasks = [getattr(connection, TASK_ATTRIBUTE, None) for connection in connections]
    return [task for task in tasks if task is not None and not task.done()]


async def _ended(tasks: list[asyncio.Task[Any]], timeout: float) -> None:
    if tasks:
        await asyncio.wait(tasks, timeout=timeout)


async def _cancelled(tasks: list[asyncio.Task[Any]], timeout: float) -> None:
    for task in tasks:
        task.cancel()
    await _ended(tasks, timeout)
