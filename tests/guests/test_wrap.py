"""`wrap`: a foreign object gets what Sanic calls on it, by what it has for that."""

from __future__ import annotations

import asyncio
from collections import namedtuple

import pytest

from sanic_legacy_ws.guests import wrap
from tests.support.waiting import until

CALLED_BY_SANIC = ("close", "end_connection", "fail_connection", "close_connection")


class Transport:
    """Records what is written and how it ends."""

    def __init__(self):
        self.calls = []

    def is_closing(self):
        return "close" in self.calls or "abort" in self.calls

    def write(self, data):
        self.calls.append(data)

    def close(self):
        self.calls.append("close")

    def abort(self):
        self.calls.append("abort")


class Bare:
    def __init__(self):
        self.transport = Transport()


class WithClose(Bare):
    """As Starlette or aiohttp have it: a coroutine with names of its own for its arguments."""

    async def close(self, code=1000, reason=None):
        await asyncio.sleep(0)
        self.closed_with = code, reason
        return "closed"


class WithSyncClose(Bare):
    def close(self, timeout=None):
        self.closed_with = timeout
        return "closed"


class WithEnd(WithClose):
    def end_connection(self, code=1000, reason=""):
        self.ended_with = code


class Slotted:
    __slots__ = ("transport",)

    def __init__(self):
        self.transport = Transport()

    async def __aiter__(self):
        yield "message"


def run(function, make):
    async def main():
        return await function(wrap(make()))

    return asyncio.run(asyncio.wait_for(main(), 10))


@pytest.mark.parametrize("make", [Bare, WithClose, WithSyncClose, WithEnd, Slotted])
def test_nothing_is_missing(make):
    """All that Sanic calls is there, and the object keeps its class."""

    async def check(websocket):
        assert all(callable(getattr(websocket, name)) for name in CALLED_BY_SANIC)
        assert isinstance(websocket, make)

    run(check, make)


@pytest.mark.parametrize("make", [Bare, Slotted])
@pytest.mark.parametrize("end", ["close", "end_connection", "fail_connection", "close_connection"])
def test_close_frame_by_us(make, end):
    """An object without any close has a close frame sent, and TCP closed."""

    async def check(websocket):
        result = getattr(websocket, end)(*[4001] * (end != "close_connection"))
        if result is not None:
            await result
        code = 1001 if end == "close_connection" else 4001
        assert websocket.transport.calls == [b"\x88\x02" + code.to_bytes(2, "big"), "close"]
        websocket.end_connection(1000)
        assert len(websocket.transport.calls) == 2

    run(check, make)


def test_coroutine_close():
    """A coroutine `close` runs, with the code, from the calls that do not wait."""

    async def check(websocket):
        websocket.end_connection(1001)
        while not hasattr(websocket, "closed_with"):
            await asyncio.sleep(0)
        assert websocket.closed_with == (1001, "")
        assert await websocket.close(4002, "own") == "closed"
        assert websocket.closed_with == (4002, "own")

    run(check, WithClose)


def test_plain_close():
    """A `close` that is no coroutine can be awaited and called; a code is no timeout."""

    async def check(websocket):
        websocket.end_connection(1001)
        assert websocket.closed_with is None
        websocket.close(timeout=3)
        assert websocket.closed_with == 3
        assert await websocket.close() == "closed"

    run(check, WithSyncClose)


def test_own_method_is_kept():
    """What the object has itself is what ends it."""

    async def check(websocket):
        websocket.end_connection(1011)
        assert websocket.ended_with == 1011
        assert not hasattr(websocket, "closed_with")

    run(check, WithEnd)


def test_fail_without_a_code():
    """1006 may not be sent: TCP is dropped."""

    async def check(websocket):
        websocket.fail_connection()
        assert websocket.transport.calls == ["abort"]

    run(check, Bare)


def test_peer_that_does_not_agree():
    """What stays open is dropped after the close timeout."""

    async def main():
        websocket = wrap(WithClose(), close_timeout=0.05)
        websocket.end_connection(1000)
        await until(lambda: "abort" in websocket.transport.calls)

    asyncio.run(main())


def test_object_without_attributes():
    """A stand-in behaves as the object: iteration, attributes, equality, repr."""

    async def main():
        original = Slotted()
        websocket = wrap(original)
        assert websocket is not original
        assert websocket == original
        assert hash(websocket) == hash(original)
        assert repr(websocket) == repr(original)
        assert [message async for message in websocket] == ["message"]
        transport = websocket.transport = Transport()
        assert original.transport is transport
        del websocket.transport
        assert not hasattr(original, "transport")

    asyncio.run(main())


def test_wrapping_again():
    """Wrapping twice is wrapping once."""

    async def check(websocket):
        assert wrap(websocket) is websocket

    run(check, Bare)
    run(check, Slotted)


def test_object_without_a_transport():
    """Without a transport nothing can be closed: that is said at once."""

    async def main():
        with pytest.raises(TypeError, match="Empty has no transport"):
            wrap(namedtuple("Empty", "")())

    asyncio.run(main())
