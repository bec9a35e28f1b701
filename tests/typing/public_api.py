"""What type checkers know of the public API: checked by mypy and pyright, never run."""

from __future__ import annotations

from typing import Any, Iterable, List, Optional, Union

from sanic import Sanic
from typing_extensions import assert_type
from websockets import exceptions

import sanic_legacy_ws
from sanic_legacy_ws import (
    ConnectionClosed,
    ConnectionClosedError,
    ConnectionClosedOK,
    DeflateParameters,
    LegacyWebSocket,
    State,
    WebSocketCommonProtocol,
    WebSocketProtocol,
    broadcast,
    connections,
)
from sanic_legacy_ws.testing import ConnectionRefused, WebSocketClient, connect, serve


async def handler(request: object, ws: LegacyWebSocket) -> None:
    """A handler whose connection is annotated."""
    assert_type(await ws.recv(), Union[str, bytes, None])
    async for message in ws:
        assert_type(message, Union[str, bytes])
    await ws.send("text")
    await ws.send(b"binary")
    await ws.send(["frag", "ments"])
    await ws.close(4001, "bye")
    assert_type(ws.open, bool)
    assert_type(ws.closed, bool)
    assert_type(ws.state, State)
    assert_type(ws.close_code, Optional[int])
    assert_type(ws.close_reason, Optional[str])
    assert_type(ws.subprotocol, Optional[str])
    assert_type(ws.stats.bytes_sent, int)
    assert_type(await ws.recv_burst(), List[Union[str, bytes]])
    await ws.send(1)  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]


async def closing(ws: LegacyWebSocket) -> None:
    """Its exceptions know their codes, and are those of websockets."""
    try:
        await ws.recv()
    except ConnectionClosedOK as exc:
        assert_type(exc.code, int)
        assert_type(exc.reason, str)
    except ConnectionClosedError as exc:
        assert_type(exc.code, int)
    except ConnectionClosed:
        pass
    theirs: type[exceptions.ConnectionClosed] = ConnectionClosedOK
    assert theirs


def names(app: Sanic[Any, Any]) -> None:
    """Functions and classes of the package."""
    sanic_legacy_ws.install()
    assert_type(list(connections(app)), List[LegacyWebSocket])
    skipped: Iterable[LegacyWebSocket] = broadcast(connections(app), "to all")
    old: type[LegacyWebSocket] = WebSocketCommonProtocol
    assert skipped
    assert old
    assert WebSocketProtocol.websocket_class
    assert DeflateParameters(level=6)


async def tests(app: object) -> None:
    """What `async with` gives in a test."""
    async with connect(app, "/feed") as ws:
        assert_type(ws, WebSocketClient)
        assert_type(await ws.recv(), Union[str, bytes])
        assert_type(ws.close_code, Optional[int])
    async with serve(app) as server:
        assert_type(server.port, Optional[int])
    try:
        pass
    except ConnectionRefused as exc:
        assert_type(exc.status, int)
