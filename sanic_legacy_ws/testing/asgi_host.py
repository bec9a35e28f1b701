"""An app called as an ASGI server calls it: its lifespan, and the scope of a WebSocket."""

from __future__ import annotations

import asyncio
import warnings
from contextlib import contextmanager
from typing import Any, Iterator, Sequence
from urllib.parse import unquote

from .._compat.sanic import ACCEPTS_IN_HANDLER
from ..asgi.switch import asgi_installed, install_asgi, uninstall_asgi
from .asgi_client import AsgiClient, Event, end_task
from .embedding import forget_start, test_mode

_ASGI = {"version": "3.0", "spec_version": "2.4"}


class AsgiHost:
    """Runs an app's lifespan in the running loop."""

    def __init__(self, app: Any, timeout: float) -> None:
        if not (ACCEPTS_IN_HANDLER or asgi_installed()):
            raise RuntimeError("on this Sanic, call install() before the app's routes are added")
        self._app = app
        self._timeout = timeout
        self._switch = _switched()
        self._calls: asyncio.Queue[Event] = asyncio.Queue()
        self._answers: asyncio.Queue[Event] = asyncio.Queue()
        self._lifespan: asyncio.Task[None] | None = None
        self._clients: list[AsgiClient] = []

    async def start(self) -> None:
        """Run the app's listeners; what they raise is raised, or RuntimeError with its text."""
        self._switch.__enter__()
        scope = {"type": "lifespan", "asgi": _ASGI, "state": {}}
        coroutine = self._app(scope, self._calls.get, self._answers.put)
        self._lifespan = asyncio.get_event_loop().create_task(coroutine)
        try:
            with test_mode():
                await self._say("lifespan.startup")
        except BaseException:
            await self._leave()
            raise

    async def stop(self) -> None:
        """Close what is open, as servers do, and run the listeners of the end."""
        try:
            for client in self._clients:
                client.cut_off()
            for client in self._clients:
                await client.finish()
            await self._say("lifespan.shutdown")
        finally:
            await self._leave()

    async def _say(self, kind: str) -> None:
        assert self._lifespan is not None
        self._calls.put_nowait({"type": kind})
        answer = asyncio.get_event_loop().create_task(self._answers.get())
        try:
            with _quiet():
                await asyncio.wait(
                    {answer, self._lifespan},
                    timeout=self._timeout,
                    return_when=asyncio.FIRST_COMPLETED,
                )
            if not answer.done():
                if self._lifespan.done():
                    await self._lifespan
                raise asyncio.TimeoutError(f"no answer to {kind} within {self._timeout} seconds")
            event = answer.result()
            if event["type"] != kind + ".complete":
                raise RuntimeError(event.get("message") or event["type"])
        finally:
            answer.cancel()

    async def _leave(self) -> None:
        assert self._lifespan is not None
        await end_task(self._lifespan, 0)  # Sanic 20.12 waits for more; so do all after a failure
        tasks = [task for task in getattr(self._app, "tasks", ()) if task]
        for task in tasks:
            await end_task(task, 0)
        forget_start(self._app)
        self._app.asgi = False
        self._switch.__exit__(None, None, None)

    async def connect(
        self, target: str, headers: Sequence[tuple[str, str]], subprotocols: Sequence[str]
    ) -> AsgiClient:
        """Open a connection; raise ConnectionRefused if the app refuses."""
        client = AsgiClient(self._timeout)
        self._clients.append(client)
        client.call(self._app, _scope(target, headers, subprotocols))
        with _quiet():
            await client.handshake()
        return client


def _scope(target: str, headers: Sequence[tuple[str, str]], subprotocols: Sequence[str]) -> Event:
    """The scope of a WebSocket (ASGI's specification of HTTP and WebSocket, 2.4)."""
    raw_path, _, query = target.partition("?")
    lines = [
        ("host", "testserver"),
        ("upgrade", "websocket"),
        ("connection", "Upgrade"),
        ("sec-websocket-key", "dGhlIHNhbXBsZSBub25jZQ=="),
        ("sec-websocket-version", "13"),
        *headers,
    ]
    if subprotocols:
        lines.append(("sec-websocket-protocol", ", ".join(subprotocols)))
    return {
        "type": "websocket",
        "asgi": _ASGI,
        "http_version": "1.1",
        "scheme": "ws",
        "path": unquote(raw_path),
        "raw_path": raw_path.encode(),
        "query_string": query.encode(),
        "root_path": "",
        "headers": [(name.lower().encode(), value.encode()) for name, value in lines],
        "client": ("127.0.0.1", 49152),
        "server": ("testserver", 80),
        "subprotocols": list(subprotocols),
        "state": {},
        "extensions": {"websocket.http.response": {}},
    }


@contextmanager
def _quiet() -> Iterator[None]:
    """Sanic warns of listeners that run late under ASGI, and 21.3 of an attribute of its own."""
    with warnings.catch_warnings():
        warnings.filterwarnings("ignore", "You have set a listener for")
        warnings.filterwarnings("ignore", "Setting variables on Sanic instances")
        yield


_switches = 0  # how many hosts need what `install_asgi` put in place for them


@contextmanager
def _switched() -> Iterator[None]:
    """`AsgiWebSocket` in place of Sanic's own, unless `install` has done that already."""
    global _switches
    if _switches == 0 and asgi_installed():
        yield
        return
    install_asgi()
    _switches += 1
    try:
        yield
    finally:
        _switches -= 1
        if not _switches:
            uninstall_asgi()


__all__ = ["AsgiHost"]
