"""OPEN and CLOSE in Sanic's access log, on every release."""

from __future__ import annotations

import importlib
import json
import logging
import re
from types import SimpleNamespace

import pytest
from sanic.log import access_logger

from sanic_legacy_ws.binding.access_log import AccessLog, close_codes, printable
from sanic_legacy_ws.exceptions import Close
from tests.server.tools import APP, Visit, get
from tests.support import RawClient, sanic_version
from tests.support.client import TEXT, encode_frame
from tests.support.waiting import eventually


@pytest.fixture(scope="module")
def served(server):
    return server(APP, access_log=True)


def lines_of(visit):
    """The visit's access lines, without times and address; the second one has come."""
    eventually(lambda: len(visit.lines()) == 2)
    address = "{}:{}".format(*visit.address)
    lines = visit.lines()
    assert all(address in line for line in lines), lines
    lines = [re.sub(r"^.*WS ", "WS ", line).rstrip() for line in lines]
    return [re.sub(r" \d+\.\d s, ", " 0.0 s, ", line) for line in lines]


def expected(path, code, detail, received, sent):
    """The two lines, in the format of this Sanic."""
    url = f"WS ws://localhost{path}"
    detail += f", bytes {received} in {sent} out"
    if sanic_version < (24, 6):
        return [f"{url} OPEN 101 0", f"{url} CLOSE {detail} {code} {received + sent}"]
    return [f"{url} 101", f"{url} {code} {detail}"]


@pytest.fixture
def visit(served):
    with Visit(served, "/echo", subprotocols="x") as made:
        made.address = made.sock.getsockname()
        yield made


def test_client_closes(visit):
    """Its code stands first; messages of both sides and all bytes are counted."""
    visit.open()
    visit.send_text("hello")
    visit.receive_message()
    visit.close(4002)
    detail = "client 4002, server 4002, 0.0 s, 1 in 1 out"
    assert lines_of(visit) == expected(visit.path, 4002, detail, 11 + 8, 7 + 4)


def test_client_resets(visit):
    """Neither sent a close frame: 1006."""
    visit.open()
    visit.abort()
    codes = ("server none, client none", "client none, server none")
    found = lines_of(visit)
    assert found in [
        expected(visit.path, 1006, f"{each}, 0.0 s, 0 in 0 out", 0, 0) for each in codes
    ]


def test_server_closes(served):
    """Its code stands first."""
    with Visit(served, "/close") as visit:
        visit.address = visit.sock.getsockname()
        visit.open()
        visit.receive_close()
        visit.send_close(4001)
        detail = "server 4001, client 4001, 0.0 s, 0 in 0 out"
        assert lines_of(visit) == expected(visit.path, 4001, detail, 8, 8)


@pytest.mark.parametrize(
    ("frame", "code"),
    [(encode_frame(TEXT, b"\xff"), 1007), (encode_frame(TEXT, b"", length=1 << 30), 1009)],
)
def test_we_fail_the_connection(visit, frame, code):
    """Our code is the one that tells why, whatever the peer makes of it."""
    visit.open()
    visit.send_raw(frame)
    assert visit.receive_close().close_code == code
    visit.abort()
    line = lines_of(visit)[1]
    assert f" {code}" in line.replace(f"server {code}, client none", "")
    assert f"server {code}, client none" in line


def test_handler_raises(served):
    """1011 is ours, and stands there if the peer hangs up without an answer."""
    with Visit(served, "/raise") as visit:
        visit.open()
        visit.receive_message()
        assert visit.receive_close().close_code == 1011
    line = eventually(lambda: [line for line in visit.lines() if "client none" in line])[0]
    assert " 1011" in line.replace("server 1011, client none", "")


def test_format_of_the_app(server):
    """Status and bytes are numbers, with the detail in the message."""
    started = server("own_format", access_log=True)
    with RawClient(started) as client:
        address = "{}:{}".format(*client.sock.getsockname())
        client.handshake("/echo")
        client.close(4000)
    eventually(lambda: started.log.count("WS ws://") == 2)
    lines = [line for line in started.log.splitlines() if "WS ws://" in line]
    assert lines[0] == f"[{address}] WS ws://localhost/echo OPEN 101 0"
    begin = f"[{address}] WS ws://localhost/echo CLOSE client 4000, server 4000, "
    assert lines[1].startswith(begin)
    assert lines[1].endswith(" 4000 12")
    assert "Logging error" not in started.log


@pytest.mark.skipif(sanic_version < (24, 6), reason="Sanic before 24.6 has no such formatter")
@pytest.mark.parametrize("name", ["JSONFormatter", "JSONAccessFormatter"])
@pytest.mark.parametrize("auto", [False, True])
def test_json(name, auto, monkeypatch):
    """All is there, numbers as numbers, also beside a handler with Sanic's own format."""
    formatters = importlib.import_module("sanic.logging.formatter")
    kept = Kept(getattr(formatters, name)())
    other = [Kept(formatters.AutoAccessFormatter())] if auto else []
    monkeypatch.setattr(access_logger, "handlers", [kept, *other])
    monkeypatch.setattr(access_logger, "level", logging.INFO)
    AccessLog("127.0.0.1:1", "ws://localhost/")._line("CLOSE", 1007, 12, "server 1007")
    logged = json.loads(json.dumps(kept.formatter.to_dict(kept.record)))
    assert (logged["status"], logged["byte"]) == (1007, 12)
    assert logged["message"] == "CLOSE server 1007"
    for each in other:
        assert "1007 server 1007" in each.format(each.record)


class Kept(logging.Handler):
    """Keeps what it is told."""

    def __init__(self, formatter):
        super().__init__()
        self.setFormatter(formatter)

    def emit(self, record):
        self.record = record


def test_client_behind_a_proxy(server):
    """The address is the one that a trusted proxy forwarded, as in Sanic's lines since 21.9."""
    started = server(APP, access_log=True, config={"PROXIES_COUNT": 1})
    forwarded = [("X-Forwarded-For", "203.0.113.7")]
    with Visit(started, "/echo") as visit:
        visit.handshake(visit.path, headers=forwarded)
        port = visit.sock.getsockname()[1]
        visit.close()
        eventually(lambda: len(visit.lines()) == 2)
        assert all(f"203.0.113.7:{port}" in line for line in visit.lines())
    with RawClient(started) as client:
        port = client.sock.getsockname()[1]
        client.request("/", headers=[*forwarded, ("Connection", "close")])
    ip = "203.0.113.7" if sanic_version >= (21, 9) else "127.0.0.1"
    started.wait_log(f"{ip}:{port}")


def test_no_line_of_http(visit):
    """For the upgrade request there is no line but ours, and HTTP has its own."""
    assert get(visit.server, f"/counts?key={visit.key}-http")
    eventually(lambda: any("GET http://" in line for line in visit.lines()))
    visit.open()
    visit.close()
    eventually(lambda: len(visit.lines()) == 3)
    assert sum("WS ws://" in line for line in visit.lines()) == 2


def test_refusal_has_a_line_of_http(visit):
    """It is an HTTP response like others."""
    assert visit.upgrade(visit.path, replace={"Sec-WebSocket-Key": None}).status == 400
    eventually(lambda: len(visit.lines()) == 1)
    assert " 400 " in visit.lines()[0]


def test_url_cannot_forge_a_line(served):
    """Control characters are escaped."""
    assert printable("a\r\nb\x7f\u00e9") == "a\\x0d\\x0ab\\x7f\\xe9"


def test_switched_off(server):
    """No access log, no lines."""
    with Visit(server(APP), "/echo") as visit:
        visit.open()
        visit.close()
        visit.event("end")
        with RawClient(visit.server) as other:
            other.request("/", headers=[("Connection", "close")])
    assert visit.lines() == []


@pytest.mark.parametrize(
    ("rcvd", "sent", "first", "text"),
    [
        (1000, 1000, True, "client 1000, server 1000"),
        (1000, 4001, False, "server 4001, client 1000"),
        (None, 1011, False, "server 1011, client none"),
        (None, None, None, "server none, client none"),
        (1005, 1005, True, "client 1005, server 1005"),
    ],
)
def test_close_codes(rcvd, sent, first, text):
    """Who closed first stands in front."""
    websocket = SimpleNamespace(
        close_rcvd=rcvd and Close(rcvd, ""),
        close_sent=sent and Close(sent, ""),
        close_rcvd_then_sent=first,
    )
    assert close_codes(websocket) == text
