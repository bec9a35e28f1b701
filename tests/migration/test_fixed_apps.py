"""What `fix` has written, served by the installed Sanic."""

from __future__ import annotations

import asyncio
import itertools
import subprocess
import sys

import pytest

pytest.importorskip("sanic")
pytest.importorskip("libcst")

from sanic_legacy_ws import WebSocketProtocol
from sanic_legacy_ws.migration.fixer import Options, fix_source
from sanic_legacy_ws.migration.model import Direction
from sanic_legacy_ws.migration.settings import Settings
from sanic_legacy_ws.testing import serve
from tests.support import RawClient, sanic_version
from tests.support.waiting import until

NAMES = itertools.count()
HEAD = """\
import asyncio
from sanic import Sanic
from sanic.response import text
from websockets import ConnectionClosed

app = Sanic("{name}")
seen = []


"""
HANDLER = HEAD + '@app.websocket("/")\nasync def handler(request, ws):\n    seen.append("open")\n'
SERVED = """\
import asyncio
import socket
from sanic import Sanic
from sanic.response import text

app = Sanic("served")


@app.get("/")
async def index(request):
    return text("here")


async def main(sock):
    creating = app.create_server(sock=sock, return_asyncio_server=True)
    await asyncio.ensure_future(creating)
    reader, writer = await asyncio.open_connection(*sock.getsockname())
    writer.write(b"GET / HTTP/1.1\\r\\nHost: x\\r\\nConnection: close\\r\\n\\r\\n")
    print(await asyncio.wait_for(reader.read(), 5))


asyncio.run(main(socket.create_server(("127.0.0.1", 0))))
"""
RECV = """\
    try:
        while True:
            await ws.recv()
    except {error}:
        seen.append("cleaned up")
"""
ASYNC_FOR = """\
    try:
        async for _ in ws:
            pass
    except {error}:
        seen.append("cleaned up")
"""


def app_of(source, settings):
    """The names of a module, after `fix --unsafe`, under a name of its own for the app."""
    names = {"__name__": "fixed"}
    text = source.format(name=f"fixed_{next(NAMES)}", error=_error(settings))
    fixed = fix_source(text, settings, Options(unsafe=True, todo=False))
    assert fixed != text
    exec(compile(fixed, "fixed.py", "exec"), names)
    return names


def _error(settings):
    return "ConnectionClosed" if settings.target.native else "asyncio.CancelledError"


async def leave(server, how):
    """A client that comes, and goes with a close frame or a TCP reset."""
    client = RawClient(("127.0.0.1", server.port))
    elsewhere = asyncio.get_running_loop().run_in_executor  # Python 3.8 has no to_thread()
    await elsewhere(None, client.handshake)
    await asyncio.sleep(0.05)
    await elsewhere(None, client.abort if how == "reset" else client.close)


@pytest.mark.parametrize("how", ["goodbye", "reset"])
@pytest.mark.parametrize("body", [RECV, ASYNC_FOR], ids=["recv", "async for"])
def test_cleanup_with_raise(body, how):
    """What was behind CancelledError runs once, with WEBSOCKET_ON_DISCONNECT = "raise"."""
    names = app_of(HANDLER + body, Settings(on_disconnect="raise"))
    names["app"].config.WEBSOCKET_ON_DISCONNECT = "raise"
    asyncio.run(_told(names, how, WebSocketProtocol))


@pytest.mark.skipif(sanic_version < (25, 12), reason="fixed for the newest Sanic's own object")
@pytest.mark.parametrize("how", ["goodbye", "reset"])
@pytest.mark.parametrize("body", [RECV, ASYNC_FOR], ids=["recv", "async for"])
def test_cleanup_on_sanics_own(body, how):
    """What was behind ConnectionClosed runs once with Sanic's own websocket."""
    from sanic.server.protocols.websocket_protocol import WebSocketProtocol as Own

    names = app_of(HANDLER + body, Settings(to=Direction.NATIVE))
    asyncio.run(_told(names, how, Own))


async def _told(names, how, protocol):
    async with serve(names["app"], protocol=protocol) as server:
        await leave(server, how)
        await until(lambda: "cleaned up" in names["seen"])
        await asyncio.sleep(0.05)
    assert names["seen"] == ["open", "cleaned up"]


@pytest.mark.skipif(sanic_version < (21, 9), reason="has no startup()")
def test_a_server_as_a_task(tmp_path):
    """A server whose coroutine goes to a task is started up, and answers."""
    program = tmp_path / "served.py"
    program.write_text(fix_source(SERVED, Settings(), Options()))
    ran = subprocess.run([sys.executable, program], capture_output=True, timeout=60, check=False)
    assert b"here" in ran.stdout.splitlines()[-1], ran.stderr
