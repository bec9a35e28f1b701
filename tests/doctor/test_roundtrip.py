"""The doctor's client does not take for well what is not."""

from __future__ import annotations

import socket
import threading

import pytest

from sanic_legacy_ws.doctor.roundtrip import Failure, last_line, talk
from sanic_legacy_ws.wire.frames import BINARY, CLOSE, FIN, TEXT, frame
from sanic_legacy_ws.wire.handshake import accept_key

HELLO = frame(FIN | TEXT, b"{}")


@pytest.fixture
def server():
    """`server(answer)`: the port of a server that sends what `answer` makes of each request."""
    listening = socket.create_server(("127.0.0.1", 0))
    listening.settimeout(10)

    def serve(answer):
        sock, _ = listening.accept()
        with sock:
            sock.settimeout(10)
            request = b""
            while b"\r\n\r\n" not in request:
                request += sock.recv(4096)
            key = request.split(b"Sec-WebSocket-Key: ")[1].split(b"\r\n")[0].decode()
            sock.sendall(answer(key))
            while sock.recv(4096):  # until the client has gone
                pass

    def start(answer):
        threading.Thread(target=serve, args=(answer,), daemon=True).start()
        return listening.getsockname()[1]

    yield start
    listening.close()


def accepted(key, more="", frames=HELLO):
    head = f"HTTP/1.1 101 Go\r\nSec-WebSocket-Accept: {accept_key(key)}\r\n{more}\r\n"
    return head.encode() + frames


DEFLATE = "Sec-WebSocket-Extensions: permessage-deflate\r\n"
ANSWERS = {
    "answered by": lambda key: b"HTTP/1.1 500 No\r\n\r\n",
    "another key": lambda key: accepted("AAAAAAAAAAAAAAAAAAAAAA=="),
    "agreed on": lambda key: accepted(key, DEFLATE),
    "begins with 0xd": lambda key: accepted(key, frames=b"\r\n\r\n"),
    "came back as others": lambda key: accepted(key, frames=HELLO + frame(FIN | BINARY, b"x")),
    "for one of opcode 2": lambda key: accepted(key, frames=HELLO + frame(FIN | CLOSE, b"")),
}


@pytest.mark.parametrize("said", ANSWERS)
def test_what_is_not_well(server, said):
    """A refusal, a wrong key, an extension not asked for, garbage, a wrong echo, an early end."""
    with pytest.raises(Failure, match=said):
        talk(server(ANSWERS[said]), compressed=False)


def test_compression_that_is_not_agreed_on(server):
    """The server must take the offer."""
    with pytest.raises(Failure, match="agreed on"):
        talk(server(accepted), compressed=True)


@pytest.mark.parametrize(
    ("output", "line"),
    [(b"", "nothing"), (b"a\n b \n\n", "b"), (b"\xff", "\N{REPLACEMENT CHARACTER}")],
)
def test_last_line(output, line):
    """The last line that says something."""
    assert last_line(output) == line
