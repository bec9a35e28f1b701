"""Drive an app by sanic-testing's clients, or by those that Sanic 20.12 had itself.

`python -m tests.testing.other_clients native|asgi` prints what they and the handler saw, as JSON.
"""

from __future__ import annotations

import asyncio
import json
import sys

import sanic_legacy_ws

sanic_legacy_ws.install()

from sanic import Sanic  # noqa: E402

try:
    from sanic_testing.testing import SanicASGITestClient, SanicTestClient
except ImportError:  # 20.12
    from sanic.testing import SanicASGITestClient, SanicTestClient

app = Sanic("other_clients")
seen = {"got": []}


@app.websocket("/echo", subprotocols=["b", "a"])
async def echo(request, ws):
    seen["legacy"] = isinstance(ws, sanic_legacy_ws.LegacyWebSocket)
    seen["subprotocol"] = ws.subprotocol
    try:
        await ws.send("hello")
        while True:
            message = await ws.recv()
            seen["got"].append(message)
            await ws.send(message)
    except BaseException as exc:
        seen["end"] = type(exc).__name__
        raise


async def talk(ws):
    """What the client does, where it can be told."""
    seen["received"] = [await ws.recv()]
    await ws.send("one")
    seen["received"].append(await ws.recv())


def native():
    """The client starts the app, connects, and stops it."""
    options = {"subprotocols": ["a", "b"]}
    seen["mimics"] = "mimic" in (SanicTestClient.websocket.__kwdefaults__ or {})
    if seen["mimics"]:
        options["mimic"] = talk
    _, response = SanicTestClient(app).websocket("/echo", **options)
    seen["opened"] = response.opened


async def asgi():
    """The client calls the app with a peer that never says anything."""
    client = SanicASGITestClient(app)
    await client.websocket("/echo", subprotocols=["a", "b"])
    await client.aclose()


if __name__ == "__main__":
    if sys.argv[1] == "native":
        native()
    else:
        asyncio.run(asgi())
    print(json.dumps(seen))
