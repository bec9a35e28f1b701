"""Instrumenting a connection class: it behaves as before, and its old-only uses are recorded."""

from __future__ import annotations

import asyncio

import pytest

from sanic_legacy_ws.usage.instrument import instrument
from sanic_legacy_ws.usage.ledger import Ledger
from sanic_legacy_ws.usage.names import CODES


class Connection:
    """A small connection with one attribute of each kind."""

    __slots__ = ("_queue", "close_code", "sent")

    def __init__(self):
        self._queue = asyncio.Queue()
        self.sent = []
        self.close_code = None

    @property
    def open(self):
        return not self.sent

    async def wait_closed(self):
        return self.open

    async def recv(self, timeout=None):
        return await self._queue.get()

    async def send(self, message):
        self.sent.append(message)

    def put(self, message):
        self._queue.put_nowait(message)


class Roomy:
    """A connection that keeps what it has in its __dict__."""

    def __init__(self):
        self.messages = ["x"]


@pytest.fixture
def ledger():
    return Ledger()


@pytest.fixture
def cls(ledger):
    return instrument(Connection, ledger)


def used(ledger):
    return sorted((use.code, use.name) for use in ledger.counts.elements())


def test_property(cls, ledger):
    """A property gives what it gave, and is recorded."""

    async def main():
        return cls().open

    assert asyncio.run(main()) is True
    assert used(ledger) == [("SLW301", "open")]


def test_slot(cls, ledger):
    """A slot is read and written as before; only reading is a use."""

    async def main():
        connection = cls()
        connection.close_code = 1001
        return connection.close_code

    assert asyncio.run(main()) == 1001
    assert used(ledger) == [("SLW303", "close_code")]


def test_method(cls, ledger):
    """A method is recorded when it is called, at the caller."""

    async def main():
        return await cls().wait_closed()

    assert asyncio.run(main()) is True
    assert ("SLW306", "wait_closed") in used(ledger)


def test_attribute_of_the_instance(ledger):
    """An attribute that only the instance has is recorded too."""
    connection = instrument(Roomy, ledger)()
    assert connection.messages == ["x"]
    del connection.messages
    with pytest.raises(AttributeError):
        connection.messages  # noqa: B018
    assert used(ledger) == [("SLW304", "messages")] * 2


def test_attribute_that_is_not_there(cls, ledger):
    """What the class lacks stays an AttributeError, and is told as a use."""

    async def main():
        assert not hasattr(cls(), "request_headers")

    asyncio.run(main())
    assert used(ledger) == [("SLW307", "request_headers")]


def test_fragments(cls, ledger):
    """send() of an iterable is a use; send() of a message is none."""

    async def main():
        connection = cls()
        await connection.send("x")
        await connection.send(b"x")
        await connection.send(["x", "y"])
        return connection.sent

    assert asyncio.run(main()) == ["x", b"x", ["x", "y"]]
    assert used(ledger) == [("SLW308", "send")]


def test_recv_after_a_cancelled_one(cls, ledger):
    """wait_for(recv()) counts, where it was called, as soon as another recv() follows."""

    async def main():
        connection = cls()
        with pytest.raises(asyncio.TimeoutError):
            await asyncio.wait_for(connection.recv(), 0.01)
        assert used(ledger) == []
        connection.put("late")
        return await connection.recv()

    assert asyncio.run(main()) == "late"
    assert used(ledger) == [("SLW401", "recv")]


def test_recv_cancelled_at_the_end(cls, ledger):
    """A recv() that is cancelled and not followed by another is no use."""

    async def main():
        receiving = asyncio.ensure_future(cls().recv())
        await asyncio.sleep(0)
        receiving.cancel()

    asyncio.run(main())
    assert used(ledger) == []


def test_is_a_subclass_of_the_same_name(cls):
    """isinstance() and the name in tracebacks stay."""
    assert issubclass(cls, Connection)
    assert cls.__qualname__ == "Connection"


def test_the_class_itself_is_untouched(ledger):
    """Without a report there is nothing to pay: instrumenting leaves the class alone."""
    before = dict(vars(Connection))
    instrument(Connection, ledger)
    assert dict(vars(Connection)) == before


def test_every_old_only_name_is_recorded(cls):
    """Each name of the data has a wrapper in the subclass, whether the class has it or not."""
    assert CODES.keys() <= vars(cls).keys()
