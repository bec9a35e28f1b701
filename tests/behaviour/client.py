"""A conversation with a server through the client of the websockets library."""

from __future__ import annotations

import asyncio
import warnings
from urllib.request import urlopen

import websockets
from websockets.exceptions import ConnectionClosed

TIMEOUT = 20


def get(server, path):
    """The body of an HTTP response."""
    with urlopen(f"http://{server.host}:{server.port}{path}", timeout=TIMEOUT) as response:
        return response.read()


def talk(server, path, conversation, **options):
    """Connect, give `conversation(ws)` the client's connection, and return its result."""

    async def main():
        url = f"ws://{server.host}:{server.port}{path}"
        async with websockets.connect(url, **options) as ws:
            return await conversation(ws)

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # websockets 8 and 9 on new Pythons
        return asyncio.run(asyncio.wait_for(main(), TIMEOUT))


def read_all(server, path, *messages, **options):
    """Send the messages, then read to the end; returns what came, close code and reason."""

    async def conversation(ws):
        for message in messages:
            await ws.send(message)
        received = []
        try:
            while True:
                received.append(await ws.recv())
        except ConnectionClosed:
            return received, ws.close_code, ws.close_reason

    return talk(server, path, conversation, **options)
