"""Transports of other kinds: TLS, and one in the hands of a test."""

from __future__ import annotations

import asyncio
import contextlib
import ssl
from typing import Any

from sanic_legacy_ws.connection import LegacyWebSocket, State
from tests.support.client import CLOSE, TEXT, close_payload, encode_frame

from .rig import assert_nothing_left, connected, socket_pair, turns

# TLS: its transports cannot be half-closed.


@contextlib.asynccontextmanager
async def _over_tls(certificate: Any) -> Any:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate.cert, certificate.key)
    loop = asyncio.get_event_loop()
    server, client = socket_pair()
    ws = LegacyWebSocket(ping_interval=None)
    accepting = asyncio.ensure_future(loop.connect_accepted_socket(lambda: ws, server, ssl=context))
    reader, writer = await asyncio.open_connection(
        sock=client, ssl=certificate.client_context(), server_hostname="localhost"
    )
    await accepting
    ws.connection_open()
    try:
        yield ws, reader, writer
    finally:
        writer.close()
        ws.transport.abort()
        await ws.wait_closed()
        with contextlib.suppress(ConnectionError, ssl.SSLError):
            await writer.wait_closed()


async def test_a_failure_over_tls(certificate: Any) -> None:
    """The close frame arrives, though the peer had more to say; no timer outlives the end."""
    async with _over_tls(certificate) as (ws, reader, writer):
        writer.write(encode_frame(3) + bytes(200_000))
        frame = await asyncio.wait_for(reader.read(1000), 10)
        assert frame[:4] == b"\x88\x12\x03\xea"
        writer.close()
        await ws.wait_closed()
        assert_nothing_left(ws)


async def test_a_peer_over_tls_that_stays_is_left(certificate: Any, monkeypatch: Any) -> None:
    """After lingering, TCP is closed."""
    monkeypatch.setattr("sanic_legacy_ws.connection.closing._LINGER", 0.01)
    async with _over_tls(certificate) as (ws, reader, _writer):
        ws.fail_connection(1011)
        assert await asyncio.wait_for(reader.read(), 10) == b"\x88\x02\x03\xf3"
        await ws.wait_closed()
        assert ws.close_code == 1006


async def test_messages_over_tls(certificate: Any) -> None:
    """Both ways, and an orderly close."""
    async with _over_tls(certificate) as (ws, reader, writer):
        writer.write(encode_frame(TEXT, b"hi") + encode_frame(CLOSE, close_payload(1000)))
        assert await ws.recv() == "hi"
        assert await asyncio.wait_for(reader.read(), 10) == b"\x88\x02\x03\xe8"
        await ws.wait_closed()
        assert ws.close_code == 1000


async def test_a_loss_over_tls(certificate: Any) -> None:
    """What the system still holds is encrypted: it is not taken for frames."""
    async with _over_tls(certificate) as (ws, _reader, writer):
        writer.write(encode_frame(TEXT, b"x" * 1000))
        ws.connection_lost(ConnectionResetError())
        assert ws.stats.bytes_received == 0


# Driven by hand, as libraries and tests of websockets 8's time do.


class _Transport(asyncio.Transport):
    """Keeps what is written."""

    def __init__(self) -> None:
        super().__init__()
        self.written = b""
        self.closed = False
        self.reading = True

    def set_write_buffer_limits(self, high: Any = None, low: Any = None) -> None: ...

    def write(self, data: Any) -> None:
        self.written += data

    def can_write_eof(self) -> bool:
        return False

    def is_closing(self) -> bool:
        return self.closed

    def close(self) -> None:
        self.closed = True

    abort = close

    def is_reading(self) -> bool:
        return self.reading

    def pause_reading(self) -> None:
        assert not self.closed
        assert self.reading
        self.reading = False

    def resume_reading(self) -> None:
        assert not self.closed
        assert not self.reading
        self.reading = True


async def test_driven_by_hand() -> None:
    """connection_made, connection_open, data_received, connection_lost."""
    transport = _Transport()
    ws = LegacyWebSocket(ping_interval=None)
    ws.connection_made(transport)
    assert ws.remote_address is None
    ws.connection_open()
    ws.data_received(encode_frame(TEXT, b"one"))
    assert await ws.recv() == "one"
    await ws.send("two")
    await turns()
    assert transport.written == b"\x81\x03two"
    ws.data_received(encode_frame(CLOSE, close_payload(1000)))
    assert transport.written.endswith(b"\x88\x02\x03\xe8")
    assert transport.closed
    ws.connection_lost(None)
    assert ws.close_code == 1000


async def test_addresses_of_the_first_transport() -> None:
    """A connection that is given another transport keeps them."""
    async with connected() as (ws, _peer):
        transport, addresses = ws.transport, (ws.remote_address, ws.local_address)
        ws.connection_made(_Transport())
        assert (ws.remote_address, ws.local_address) == addresses
        ws.transport = transport


async def test_reading_is_not_paused_on_a_transport_that_closes() -> None:
    """Some transports refuse that."""
    transport = _Transport()
    ws = LegacyWebSocket(ping_interval=None, max_queue=1, read_limit=0)
    ws.connection_made(transport)
    ws.connection_open()
    transport.closed = True
    ws.data_received(encode_frame(TEXT, b"one") + encode_frame(TEXT, b"two"))
    assert transport.is_reading()
    assert await ws.recv() == "one"
    await turns()
    transport.closed = False
    ws.data_received(encode_frame(TEXT, b"three"))
    assert not transport.is_reading()
    transport.closed = True
    assert [await ws.recv(), await ws.recv(9)] == ["two", "three"]
    await turns()
    ws.connection_lost(None)


async def test_what_is_put_without_a_transport_goes_nowhere() -> None:
    """Nothing fails before connection_made."""
    ws = LegacyWebSocket(ping_interval=None)
    ws.transfer_data_task.cancel()
    ws.fail_connection(1011)
    await turns()
    assert ws.state is State.CONNECTING


async def test_a_transport_that_closes_is_not_half_closed() -> None:
    """uvloop refuses to write to one, write_eof included."""
    async with connected() as (ws, _peer):
        ws.transport.close()
        ws.fail_connection(1011)
        await ws.wait_closed()
        assert ws.close_code == 1006
