"""An app for each test, and a loop that has to be empty when the test is over."""

from __future__ import annotations

import asyncio
import itertools

import pytest
from sanic import Sanic
from sanic.response import json, text

import sanic_legacy_ws
from tests.support import sanic_version

EARLY = sanic_version < (21, 6)
"""Where ASGI wants `install` before the routes."""

_numbers = itertools.count()


@pytest.fixture
def installed():
    """`install`, where the ASGI mode needs it."""
    if EARLY:
        sanic_legacy_ws.install()
    yield
    if EARLY:
        sanic_legacy_ws.uninstall()


@pytest.fixture
def seen():
    """What the app's listeners and handlers note, in order."""
    return []


@pytest.fixture
def app(installed, seen):
    """An app with the routes that the tests need."""
    made = Sanic(f"tested_{next(_numbers)}")
    add_listeners(made, seen)
    add_routes(made, seen)
    return made


def add_listeners(app, seen):
    for name in (
        "before_server_start",
        "after_server_start",
        "before_server_stop",
        "after_server_stop",
    ):

        async def listener(app, *loop, name=name):
            await asyncio.sleep(0)
            seen.append(name)

        app.listener(name)(listener)


def add_routes(app, seen):
    @app.websocket("/echo", subprotocols=["b", "a"])
    async def echo(request, ws):
        try:
            async for message in ws:
                await ws.send(message)
        finally:
            await asyncio.sleep(0.01)  # a handler that cleans up
            seen.append((ws.close_code, ws.close_reason))

    @app.websocket("/request")
    async def what(request, ws):
        await ws.send(f"{request.headers.get('x-key')} {request.query_string} {ws.path}")
        await ws.close(4001, "that is all")

    @app.websocket("/flood")
    async def flood(request, ws):
        for _ in range(40):
            await ws.send(bytes(1 << 16))
            seen.append("sent")

    @app.websocket("/boom")
    async def boom(request, ws):
        raise ValueError("the handler's own")

    @app.middleware("request")
    async def refuse(request):
        if "refuse" in request.args:
            return text("not you", status=418, headers={"X-Why": "so"})
        return None

    @app.route("/http")
    async def http(request):
        return json({})


@pytest.fixture(params=["native", "asgi"])
def mode(request):
    """Both modes, one after the other."""
    return request.param


@pytest.fixture
def run():
    """Run a coroutine in a loop of its own, in which no task may be left."""

    async def checked(coroutine):
        before = asyncio.all_tasks()
        result = await coroutine
        assert asyncio.all_tasks() == before
        return result

    return lambda coroutine: asyncio.run(asyncio.wait_for(checked(coroutine), 30))
