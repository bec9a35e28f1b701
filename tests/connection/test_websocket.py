"""The connection as a whole: what websockets 8.1 and Sanic have, and what it leaves behind."""

from __future__ import annotations

import asyncio
import gc
import inspect
import sys
import warnings
import weakref
from typing import Any, Iterator

import pytest

from sanic_legacy_ws import ConnectionClosedError, WebSocketCommonProtocol
from sanic_legacy_ws.connection import LegacyWebSocket, State, Stats
from sanic_legacy_ws.connection.keepalive import Clock
from tests.support.client import BINARY, CLOSE, PONG, TEXT, Frame, close_payload, encode_frame

from .rig import LOOPS, Peer, connected, run, socket_pair, turns

try:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # deprecated since websockets 14.0
        from websockets.legacy.protocol import WebSocketCommonProtocol as Theirs
except ImportError:
    try:
        from websockets.protocol import WebSocketCommonProtocol as Theirs
    except ImportError:
        Theirs = None

# Not in websockets' documentation, and only of use inside of its class.
INTERNAL = {
    "abort_pings",
    "close_transport",
    "drain",
    "keepalive_ping",
    "read_data_frame",
    "read_frame",
    "read_message",
    "transfer_data",
    "write_close_frame",
    "write_frame",
    "write_frame_sync",
}

DOCUMENTED = (
    "close close_code close_connection_task close_reason close_timeout closed "
    "connection_lost_waiter ensure_open extensions fail_connection host is_client "
    "keepalive_ping_task local_address loop max_queue max_size messages open ping "
    "ping_interval ping_timeout pings pong port read_limit recv remote_address secure send "
    "side state subprotocol transfer_data_task transport wait_closed write_limit"
)
SINCE = (
    "close_rcvd close_rcvd_then_sent close_sent id latency logger path request_headers "
    "response_headers"
)
SANICS = (
    "close end_connection fail_connection loop ping pong recv recv_burst recv_streaming send "
    "subprotocol wait_for_connection_lost ws_proto connection"
)


@pytest.fixture
def no_deprecations() -> Iterator[None]:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)
        yield


@pytest.mark.usefixtures("no_deprecations")
async def test_every_attribute_is_there() -> None:
    """Those of websockets 8.1, of its later releases, and of Sanic's own object."""
    async with connected() as (ws, _peer):
        for name in (*DOCUMENTED.split(), *SINCE.split(), *SANICS.split()):
            assert hasattr(ws, name), name
        assert WebSocketCommonProtocol is LegacyWebSocket


@pytest.mark.skipif(Theirs is None, reason="this websockets has no legacy class")
def test_every_attribute_of_the_installed_websockets_is_there() -> None:
    """All that is public in its class, but for the inner workings."""
    public = {name for name in dir(Theirs) if not name.startswith("_")}
    assert public - INTERNAL - set(dir(LegacyWebSocket)) == set()


@pytest.mark.skipif(Theirs is None, reason="this websockets has no legacy class")
@pytest.mark.parametrize("name", ["__init__", "recv", "send", "close", "ping", "pong"])
def test_calls_are_taken_as_the_installed_websockets_takes_them(name: str) -> None:
    """Each argument of theirs, by the same name and with the same default."""
    theirs = inspect.signature(getattr(Theirs, name)).parameters
    ours = inspect.signature(getattr(LegacyWebSocket, name)).parameters
    for argument, parameter in theirs.items():
        if argument == "logger" or parameter.kind is parameter.VAR_KEYWORD:
            continue  # websockets 10.0
        assert argument in ours
        if argument not in ("close_timeout", "ping_interval"):
            assert ours[argument].default == parameter.default or argument == "data"


async def test_settings() -> None:
    """Constructor arguments are attributes."""
    settings = {
        "ping_interval": 1.5,
        "ping_timeout": None,
        "close_timeout": 2,
        "max_size": 3,
        "max_queue": None,
        "read_limit": 4,
        "write_limit": 5,
    }
    ws = LegacyWebSocket(**settings)
    assert {name: getattr(ws, name) for name in settings} == settings
    assert ws.loop is asyncio.get_event_loop()
    assert (ws.is_client, ws.side) == (False, "server")


async def test_defaults() -> None:
    """Those of websockets 8.1."""
    ws = LegacyWebSocket()
    assert (ws.ping_interval, ws.ping_timeout, ws.close_timeout) == (20, 20, 10)
    assert (ws.max_size, ws.max_queue) == (1 << 20, 32)
    assert (ws.read_limit, ws.write_limit) == (1 << 16, 1 << 16)
    assert (ws.subprotocol, ws.extensions, ws.transport) == (None, [], None)
    assert (ws.path, ws.request_headers, ws.response_headers) == (None, None, None)
    assert LegacyWebSocket(timeout=3).close_timeout == 3
    assert LegacyWebSocket(timeout=3, close_timeout=4).close_timeout == 4


async def test_legacy_recv_is_refused() -> None:
    """It is not silently ignored."""
    with pytest.raises(TypeError):
        LegacyWebSocket(legacy_recv=True)


async def test_host_port_and_secure() -> None:
    """Deprecated since websockets 7 and 8, and still there."""
    ws = LegacyWebSocket(host="h", port=1, secure=True)
    for name, value in (("host", "h"), ("port", 1), ("secure", True)):
        with pytest.warns(DeprecationWarning, match=name) as caught:
            assert getattr(ws, name) == value
        assert caught[0].filename == __file__


async def test_addresses_outlive_the_connection() -> None:
    """Of the peer and of ours."""
    async with connected() as (ws, peer):
        assert ws.remote_address == peer.sock.getsockname()
        assert ws.local_address == peer.sock.getpeername()
        addresses = ws.remote_address, ws.local_address
        peer.reset()
        await ws.wait_closed()
        assert (ws.remote_address, ws.local_address) == addresses


async def test_users_attributes() -> None:
    """Apps keep their own on it, and put connections into sets."""
    async with connected() as (ws, _), connected() as (other, _):
        ws.user = "me"
        assert ws.user == "me"
        del ws.user
        assert len({ws, other, ws}) == 2


async def test_states() -> None:
    """From CONNECTING to CLOSED, numbered as in websockets 8.1."""
    assert [state.value for state in State] == [0, 1, 2, 3]
    async with connected(opened=False) as (ws, peer):
        seen = [(ws.state, ws.open, ws.closed)]
        ws.connection_open()
        seen.append((ws.state, ws.open, ws.closed))
        ws.end_connection()
        seen.append((ws.state, ws.open, ws.closed))
        await peer.close()
        await ws.wait_closed()
        seen.append((ws.state, ws.open, ws.closed))
        assert seen == [
            (State.CONNECTING, False, False),
            (State.OPEN, True, False),
            (State.CLOSING, False, False),
            (State.CLOSED, False, True),
        ]


async def test_sanics_names() -> None:
    """ws_proto and connection have the state and close fields: it is one object."""
    async with connected() as (ws, peer):
        assert ws.ws_proto is ws.connection is ws
        assert ws.ws_proto.state.name == "OPEN"
        await peer.close(1000, "bye")
        await ws.wait_closed()
        assert ws.ws_proto.close_rcvd.code == 1000
        assert ws.ws_proto.close_sent.reason == "bye"


async def test_stats() -> None:
    """Messages and bytes both ways; control frames and fragments are no messages."""
    async with connected() as (ws, peer):
        await peer.text("four")
        await peer.ping(b"p")
        await ws.recv()
        await ws.send("12345")
        await ws.send(["a", "b"])
        await ws.pong(b"xy")
        assert ws.stats.messages_sent == 2
        for _ in range(6):
            await peer.read()
        assert ws.stats == Stats(1, 2, 10 + 7, 3 + 7 + 3 + 3 + 2 + 4)


# Faults of the peer, with the code that it is told.


@pytest.mark.parametrize(
    ("data", "code", "reason"),
    [
        (encode_frame(TEXT, b"x", mask=None), 1002, "frame is not masked"),
        (encode_frame(3), 1002, "unknown opcode 3"),
        (encode_frame(TEXT, b"x", rsv=4), 1002, "reserved bits are set"),
        (encode_frame(0, b"x"), 1002, "fragments are out of order"),
        (encode_frame(TEXT, b"\xff"), 1007, "text is not UTF-8 at byte 0"),
        (encode_frame(BINARY, bytes(101)), 1009, "message is over the limit of 100 bytes"),
    ],
)
async def test_faults(data: bytes, code: int, reason: str) -> None:
    """The messages before are delivered; a pending recv raises once the peer has hung up."""
    async with connected(max_size=100) as (ws, peer):
        await peer.text("before")
        await peer.send(data)
        assert await peer.read_all() == [Frame(CLOSE, close_payload(code, reason))]
        assert await ws.recv() == "before"
        receiving = asyncio.ensure_future(ws.recv())
        await turns()
        peer.end()
        with pytest.raises(ConnectionClosedError) as raised:
            await receiving
        assert (raised.value.code, raised.value.sent.code) == (1006, code)


async def test_a_fault_behind_a_ping_in_one_read() -> None:
    """One close frame, and nothing behind it."""
    async with connected() as (ws, peer):
        await peer.send(encode_frame(9, b"p"), encode_frame(3), encode_frame(9, b"q"))
        frames = await peer.read_all()
        assert [frame.close_code for frame in frames if frame.opcode == CLOSE] == [1002]
        assert frames[-1].opcode == CLOSE
        assert ws.state is State.CLOSING


async def test_close_behind_pings_in_one_read() -> None:
    """All are answered, in order."""
    async with connected() as (_ws, peer):
        await peer.send(encode_frame(9, b"p"), encode_frame(CLOSE, close_payload(1000)))
        assert await peer.read_all() == [Frame(PONG, b"p"), Frame(CLOSE, close_payload(1000))]


# What is left behind.


@pytest.mark.parametrize("end", ["close", "peer", "reset", "fail", "eof", "abort"])
@pytest.mark.parametrize("new_loop", list(LOOPS.values()), ids=list(LOOPS))
def test_a_closed_connection_is_freed(end: str, new_loop: Any) -> None:
    """By its last reference: no cycle keeps it, nor timer, nor clock."""
    refs = []

    async def main() -> None:
        server, client = socket_pair()
        peer = Peer(client)
        ws = LegacyWebSocket(ping_interval=30)
        await asyncio.get_event_loop().connect_accepted_socket(lambda ws=ws: ws, server)
        ws.connection_open()
        refs.append(weakref.ref(ws))
        receiving = asyncio.ensure_future(ws.recv())
        await peer.text("hi")
        await receiving
        await ws.send("ho")
        await ws.ping()
        task = ws.close_connection_task
        if end == "close":
            ws.end_connection()
            await peer.answer_close()
        elif end == "peer":
            await peer.close(1000)
        elif end == "reset":
            peer.reset()
        elif end == "fail":
            ws.fail_connection(1011)
            peer.end()
        elif end == "eof":
            peer.end()
        else:
            ws.transport.abort()
        await task
        peer.sock.close()
        del ws, task, receiving
        await turns(5)
        if sys.implementation.name == "cpython":
            assert refs[0]() is None
        assert Clock.of(asyncio.get_event_loop()).buckets == {}

    gc.collect()
    gc.disable()
    try:
        run(main, new_loop)
    finally:
        gc.enable()


def test_no_task_is_ever_made() -> None:
    """Neither to receive, nor to send, nor to keep alive."""

    async def main() -> None:
        made = []

        def factory(loop: Any, coroutine: Any, **kwargs: Any) -> asyncio.Task[Any]:
            made.append(coroutine)
            return asyncio.Task(coroutine, loop=loop, **kwargs)

        async with connected(ping_interval=0.01) as (ws, peer):
            asyncio.get_event_loop().set_task_factory(factory)
            await asyncio.get_event_loop().sock_sendall(peer.sock, encode_frame(TEXT, b"x") * 3)
            assert await ws.recv() == "x"
            assert await ws.recv(5) == "x"
            async for message in ws:
                assert message == "x"
                break
            await ws.send("y")
            await ws.send(["y", "z"])
            await ws.ping()
            await asyncio.sleep(0.1)
            assert made == []
            asyncio.get_event_loop().set_task_factory(None)

    run(main)


async def test_attributes_stay_compact() -> None:
    """CPython keeps up to 30 attributes in an array; some are left to Sanic, the end and users."""
    async with connected(ping_interval=20) as (ws, peer):
        await peer.text("x")
        await ws.send(await ws.recv())
        await peer.read()
        assert len(vars(ws)) <= 18, sorted(vars(ws))
