"""What Sanic and a peer may expect of every guest, on every Sanic line."""

from __future__ import annotations

import asyncio
import re
import warnings
import zlib
from importlib.util import find_spec

import pytest
import websockets

from tests.support import RawClient, running, sanic_version, websockets_version
from tests.support.client import TEXT, encode_frame
from tests.support.waiting import eventually

NEEDS = {
    "minimal": "wsproto",
    "websockets_asyncio": "websockets.asyncio",
    "websockets_legacy": "websockets",
    "wsproto": "wsproto",
    "picows": "picows",
}
CALLED_BY_SANIC = "close end_connection fail_connection close_connection"
TIMEOUT = 0.5


def options(name):
    if find_spec(NEEDS[name].partition(".")[0]) is None or find_spec(NEEDS[name]) is None:
        pytest.skip(f"{NEEDS[name]} is not installed")
    return {
        "protocol": "guests:Protocol",
        "env": {"GUEST": name},
        "config": {"WEBSOCKET_TIMEOUT": TIMEOUT},
    }


@pytest.fixture(params=sorted(NEEDS))
def name(request):
    return request.param


@pytest.fixture
def guests(name, server):
    """A server whose WebSockets are guests of one kind."""
    return server("guests", **options(name))


def clean(server, start=0):
    """Whether the log holds no error from `start` on."""
    return "Traceback" not in server.log[start:] and "rror" not in server.log[start:]


def test_echo(guests):
    """Messages of both types and of three lengths of length come back."""
    with RawClient(guests) as client:
        client.handshake("/echo")
        for message in ("hello", b"\x00\xff", "é" * 30_000, b"x" * 70_000):
            if isinstance(message, str):
                client.send_text(message)
            else:
                client.send_binary(message)
            assert client.receive_message() == message


def test_real_client(guests):
    """The client of the websockets library gets on with it, to the closing handshake."""

    async def talk():
        uri = f"ws://127.0.0.1:{guests.port}/echo"
        async with websockets.connect(uri, subprotocols=["a", "b"]) as client:
            assert client.subprotocol == "a"
            await client.send("hello")
            assert await asyncio.wait_for(client.recv(), 10) == "hello"
            await client.close(4001, "bye")
            return client.close_code

    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # of websockets 8 about itself
        assert asyncio.run(asyncio.wait_for(talk(), 20)) == 4001


def test_http_on_the_same_port(guests):
    """HTTP is served while a guest is there, twice on one connection."""
    with RawClient(guests) as client, RawClient(guests) as http:
        client.handshake("/echo")
        assert http.request("/").body == b"hello"
        client.send_text("still here")
        assert http.request("/").body == b"hello"
        assert client.receive_message() == "still here"


def test_upgrade_after_http(guests):
    """A connection that served HTTP can be upgraded."""
    with RawClient(guests) as client:
        assert client.request("/").status == 200
        client.handshake("/echo")
        client.send_text("hello")
        assert client.receive_message() == "hello"


def test_subprotocol(guests):
    """The client's first subprotocol that the route has is agreed on."""
    with RawClient(guests) as client:
        answer = client.handshake("/echo", headers=[("Sec-WebSocket-Protocol", "c, a, b")])
        assert answer.header("sec-websocket-protocol") == "a"


def test_refusal(guests):
    """A bad opening handshake is refused by HTTP."""
    with RawClient(guests) as client:
        answer = client.upgrade("/echo", replace={"Sec-WebSocket-Version": "12"})
        assert (answer.status, answer.header("sec-websocket-version")) == (426, "13")


def test_frames_behind_the_request(guests):
    """Frames in the segment of the upgrade request reach the guest, in order."""
    early = b"".join(encode_frame(1, b"%d" % number) for number in range(3))
    with RawClient(guests) as client:
        client.handshake("/echo", extra=early + encode_frame(1, b"half")[:5])
        client.send_raw(encode_frame(1, b"half")[5:])
        assert [client.receive_message() for _ in range(4)] == ["0", "1", "2", "half"]


def test_many_bytes_behind_the_request(guests):
    """More than Sanic buffers behind the request stops nothing."""
    early = b"".join(encode_frame(2, bytes([number]) * 30_000) for number in range(5))
    with RawClient(guests) as client:
        client.handshake("/echo", extra=early)
        assert [client.receive_message()[0] for _ in range(5)] == [0, 1, 2, 3, 4]
        client.send_text("after")
        assert client.receive_message() == "after"


def test_nothing_that_sanic_calls_is_missing(guests):
    """The handler's object has what Sanic calls, on any line."""
    with RawClient(guests) as client:
        client.handshake("/contract")
        assert client.receive_message() == CALLED_BY_SANIC


@pytest.mark.parametrize(
    ("path", "code"), [("/return", 1000), ("/raise", 1011), ("/cancelled", 1000), ("/closed", 1000)]
)
def test_end_of_the_handler(guests, path, code):
    """However the handler ends, the peer is told by a close frame, and TCP ends."""
    before = len(guests.log)
    with RawClient(guests) as client:
        client.handshake(path)
        if path == "/return":
            assert client.receive_message() == "bye"
        assert client.receive_close().close_code == code
        client.send_close(code)
        client.receive_end()
    assert "AttributeError" not in guests.log[before:]


def test_handler_closes(guests):
    """`close()` of the handler's object can be awaited, and closes."""
    with RawClient(guests) as client:
        client.handshake("/closing")
        assert client.receive_close().close_code in (1000, 1005)
        client.send_close(1000)
        client.receive_end()
    guests.wait_event("closed")


@pytest.mark.parametrize("path", ["/return", "/closing"])
def test_peer_never_answers_the_close(guests, path):
    """A peer that ignores the close frame is dropped after WEBSOCKET_TIMEOUT seconds."""
    with RawClient(guests) as client:
        client.handshake(path)
        if path == "/return":
            assert client.receive_message() == "bye"
        client.receive_close()
        client.receive_end(timeout=10)


def test_peer_closes(guests):
    """The peer's code comes back, the handler ends, and Sanic logs no error."""
    before = len(guests.log)
    with RawClient(guests) as client:
        client.handshake("/echo?key=closes")
        client.send_close(4001)
        assert client.receive_close().close_code == 4001
        client.receive_end()
    guests.wait_event("gone", key="closes")
    assert clean(guests, before), guests.log


@pytest.mark.parametrize("leave", ["abort", "disconnect"])
def test_peer_vanishes(guests, leave):
    """A handler does not outlive its connection, and Sanic logs no error."""
    before = len(guests.log)
    with RawClient(guests) as client:
        client.handshake(f"/sleep?key={leave}")
        assert client.receive_message() == "awake"
        getattr(client, leave)()
    guests.wait_event("cancelled", key=leave)
    assert clean(guests, before), guests.log


@pytest.mark.parametrize(
    "parameters", ["", "; server_no_context_takeover", "; client_max_window_bits"]
)
def test_compression(name, parameters, server):
    """WEBSOCKET_COMPRESSION is agreed on where the framework can do it, else declined, and told."""
    given = options(name)
    given["config"] = {**given["config"], "WEBSOCKET_COMPRESSION": "deflate"}
    guests = server("guests", **given)
    offer = [("Sec-WebSocket-Extensions", "permessage-deflate" + parameters)]
    with RawClient(guests) as client:
        answer = client.handshake("/echo", headers=offer).header("sec-websocket-extensions")
        if name in ("minimal", "picows"):
            assert answer is None
            assert guests.log.count("WEBSOCKET_COMPRESSION has no effect") == 1
            return
        assert answer.startswith("permessage-deflate")
        inflater, lengths = zlib.decompressobj(wbits=-15), []
        for _ in range(2):
            deflater = zlib.compressobj(wbits=-12)
            data = deflater.compress(b"again " * 50) + deflater.flush(zlib.Z_SYNC_FLUSH)
            client.send_frame(TEXT, data[:-4], rsv=4)
            frame = client.receive_frame()
            assert frame.rsv == 4
            assert inflater.decompress(frame.payload + b"\x00\x00\xff\xff") == b"again " * 50
            lengths.append(len(frame.payload))
        keeps = "server_no_context_takeover" not in answer
        assert (lengths[1] < lengths[0]) == keeps


# What a guest's object tells of its codes: nothing, the code, or both sides' codes.
TELLS = {
    "minimal": (0, ""),
    "picows": (0, ""),
    "websockets_asyncio": (4001, ""),
    "wsproto": (4001, "client 4001, server 4001, "),
}


def test_access_log(name, server):
    """OPEN and CLOSE, as for our own connection, with as much as the guest's object tells."""
    guests = server("guests", access_log=True, **options(name))
    with RawClient(guests) as client:
        address = "{}:{}".format(*client.sock.getsockname())
        client.handshake("/echo?key=logged")
        client.close(4001)
    url, both = "WS ws://localhost/echo?key=logged", "client 4001, server 4001, "
    code, codes = TELLS.get(name, (4001, both if websockets_version >= (10,) else ""))
    if sanic_version < (24, 6):
        wanted = rf"{url} CLOSE {codes}\d+\.\d s  ?{code} 0"
    else:
        wanted = rf"{url} (CLOSE )?{code} {codes}\d+\.\d s"
    eventually(lambda: len(lines(guests, address)) == 2)
    opened, closed = lines(guests, address)
    assert f"{url} " in opened
    assert " 101" in opened
    assert re.search(wanted.replace("?key", r"\?key"), closed), closed


def lines(server, address):
    """The access lines of one client."""
    return [line for line in server.log.splitlines() if address in line]


@pytest.mark.parametrize(("loop", "path"), [("uvloop", "/echo"), ("asyncio", "/sleep")])
def test_stop(name, loop, path):
    """At SIGTERM the peer is told 1001, and the server ends, without an error."""
    with running("guests", loop=loop, **options(name)) as guests, RawClient(guests) as client:
        client.handshake(path)
        if path == "/sleep":
            assert client.receive_message() == "awake"
        else:
            guests.wait_event("start")
        guests.send_signal()
        assert client.receive_close().close_code == 1001
        client.send_close(1001)
        client.receive_end()
        assert guests.wait(10) == 0
        assert clean(guests), guests.log


def test_tls(name, certificate):
    """A guest works behind TLS as without it."""
    started = running("guests", tls=certificate, **options(name))
    with started as guests, RawClient(guests) as client:
        client.handshake("/echo", extra=encode_frame(1, b"early"))
        client.send_text("hello")
        assert [client.receive_message() for _ in range(2)] == ["early", "hello"]
        client.close(1000)


def test_peer_that_does_not_read(guests):
    """Much data for a slow reader arrives whole."""
    with RawClient(guests, rcvbuf=4096) as client:
        client.handshake("/echo")
        client.send_binary(bytes(900_000))
        assert client.receive_message() == bytes(900_000)
