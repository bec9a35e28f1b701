"""The fixtures, in a pytest of their own, as a project has them that asks for them."""

from __future__ import annotations

import os
import subprocess
import sys
from importlib.util import find_spec

import pytest

from tests.support.server import _package_root

CONFTEST = """
import pytest
from sanic import Sanic

pytest_plugins = ["sanic_legacy_ws.testing.plugin"]

Sanic.test_mode = True


@pytest.fixture
def app():
    app = Sanic("tested")

    @app.websocket("/echo")
    async def echo(request, ws):
        async for message in ws:
            await ws.send(message)

    return app
"""

PLAIN = """
import asyncio


def test_connect(websocket_connect):
    async def scenario():
        async with websocket_connect("/echo", query={"a": "b"}) as ws:
            await ws.send("hello")
            assert await ws.recv() == "hello"

    asyncio.run(scenario())


def test_serve(websocket_serve):
    async def scenario():
        async with websocket_serve() as server, server.connect("/echo") as ws:
            assert server.port
            await ws.send(b"hello")
            assert await ws.recv() == b"hello"

    asyncio.run(scenario())
"""

BOTH_MODES = """
import asyncio
import pytest

import sanic_legacy_ws

sanic_legacy_ws.install()


@pytest.fixture(params=["native", "asgi"])
def websocket_mode(request):
    return request.param


def test_both(websocket_serve, websocket_mode):
    async def scenario():
        async with websocket_serve() as server, server.connect("/echo"):
            assert (server.port is None) == (websocket_mode == "asgi")

    asyncio.run(scenario())
"""

ASYNC = """
import pytest

pytestmark = pytest.mark.{mark}


@pytest.fixture
def anyio_backend():
    return "asyncio"


async def test_connect(websocket_connect):
    async with websocket_connect("/echo") as ws:
        await ws.send("hello")
        assert await ws.recv() == "hello"
"""


def pytest_on(folder, code, *arguments, conftest=CONFTEST):
    """Run the tests in ``code``; return what pytest says of them."""
    (folder / "conftest.py").write_text(conftest)
    (folder / "test_it.py").write_text(code)
    ours = {name: value for name, value in os.environ.items() if not name.startswith("PYTEST")}
    done = subprocess.run(
        [sys.executable, "-m", "pytest", "-q", "-p", "no:cacheprovider", *arguments, str(folder)],
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        timeout=90,
        cwd=str(folder),
        env={**ours, "PYTHONPATH": ":".join(_package_root())},
    )
    return done.stdout.decode()


def test_fixtures(tmp_path):
    """`websocket_connect` and `websocket_serve` take the fixture `app`, and need no plugin."""
    assert "2 passed" in pytest_on(tmp_path, PLAIN, "-p", "no:anyio", "-p", "no:asyncio")


def test_mode(tmp_path):
    """`websocket_mode` is the project's to override."""
    assert "2 passed" in pytest_on(tmp_path, BOTH_MODES)


@pytest.mark.parametrize(("module", "mark"), [("anyio", "anyio"), ("pytest_asyncio", "asyncio")])
def test_async_tests(tmp_path, module, mark):
    """Tests that are coroutines have the same fixtures."""
    if find_spec(module) is None:
        pytest.skip(f"{module} is not installed")
    assert "1 passed" in pytest_on(tmp_path, ASYNC.format(mark=mark))


def test_not_there_unless_asked_for(tmp_path):
    """A project that does not name the plugin has nothing of it."""
    code = "def test_it(request):\n    request.getfixturevalue('websocket_connect')\n"
    assert "fixture 'websocket_connect' not found" in pytest_on(tmp_path, code, conftest="")
