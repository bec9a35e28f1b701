"""Fixtures for pytest: ``pytest_plugins = ["sanic_legacy_ws.testing.plugin"]`` brings them.

They are plain functions, so that a test may run in whatever runs coroutines: pytest-asyncio,
anyio on asyncio, or ``asyncio.run``.
"""

from __future__ import annotations

import functools
from typing import Any, AsyncContextManager, Callable

import pytest

from .client import WebSocketClient
from .serving import TestServer, connect, serve


@pytest.fixture
def websocket_app(request: pytest.FixtureRequest) -> Any:
    """The app under test: that of the fixture ``app``. Override it to name another."""
    return request.getfixturevalue("app")


@pytest.fixture
def websocket_mode() -> str:
    """How the app is served, "native" or "asgi". Override or parametrize it."""
    return "native"


@pytest.fixture
def websocket_connect(
    websocket_app: Any, websocket_mode: str
) -> Callable[..., AsyncContextManager[WebSocketClient]]:
    """`connect` for the app under test: ``async with websocket_connect("/feed") as ws``."""
    return functools.partial(connect, websocket_app, mode=websocket_mode)


@pytest.fixture
def websocket_serve(
    websocket_app: Any, websocket_mode: str
) -> Callable[..., AsyncContextManager[TestServer]]:
    """`serve` for the app under test: ``async with websocket_serve() as server``."""
    return functools.partial(serve, websocket_app, mode=websocket_mode)
