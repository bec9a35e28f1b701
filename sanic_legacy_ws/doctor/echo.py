"""The server of the round trip, in a process of its own: ``python -m sanic_legacy_ws.doctor.echo``.

It listens on a free port of the loopback, prints the port, and serves until it gets SIGTERM.
"""

from __future__ import annotations

import asyncio
import json
import socket
import zlib
from typing import Any

from .._compat.masking import MASKING_IN_C
from .._compat.readings import ASGI, GUARANTEES, missing
from .._compat.sanic import STREAMING_HTTP, Sanic, run_here
from ..server.install import chosen, install
from ..wire.deflate import DeflateParameters
from .roundtrip import FAILING, LOST

_LOST = "\n".join(map(str, missing((*GUARANTEES, *ASGI))))  # before `install` replaces any of it


async def echo(request: Any, ws: Any) -> None:
    """Tell how this connection came about, then send every message back."""
    await ws.send(json.dumps(_how(request, ws)))
    async for message in ws:
        await ws.send(message)


async def fail(request: Any, ws: Any) -> None:
    """Raise what the peer's first message says."""
    raise RuntimeError(await ws.recv())


def _how(request: Any, ws: Any) -> dict[str, str]:
    """What stands where, seen from a handler."""
    protocol = request.transport.get_protocol()
    reads = "its connection task (since 21.3)" if STREAMING_HTTP else "httptools (20.12)"
    loop = asyncio.get_running_loop()
    return {
        "hook": f"{type(protocol).__name__} for Sanic's, in {', '.join(chosen())}",
        "HTTP": f"Sanic reads requests by {reads}",
        "object": f"{type(ws).__module__}.{type(ws).__qualname__}",
        "loop": f"{type(loop).__module__}.{type(loop).__qualname__}",
        "masking": "in C, by websockets" if MASKING_IN_C else "in Python: websockets has no C here",
        "compression": f"permessage-deflate, by zlib {zlib.ZLIB_RUNTIME_VERSION}",
        LOST: _LOST,
    }


def main() -> None:
    """Serve on a free port, which is the first line of the output."""
    install()
    app = Sanic("doctor")
    app.config.WEBSOCKET_COMPRESSION = DeflateParameters()
    app.add_websocket_route(echo, "/")
    app.add_websocket_route(fail, FAILING)
    listening = socket.socket()
    listening.bind(("127.0.0.1", 0))
    listening.listen(16)
    print(listening.getsockname()[1], flush=True)
    run_here(app, sock=listening)


if __name__ == "__main__":
    main()
