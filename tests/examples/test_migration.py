"""examples/migration: each old app runs unedited, and its native form without the package."""

from __future__ import annotations

import contextlib
import shutil

import pytest

from sanic_legacy_ws import cli
from tests.examples.support import EXAMPLES, needs, newest_only
from tests.support import RawClient, Server
from tests.support.client import PING, PONG
from tests.support.waiting import eventually

MIGRATION = EXAMPLES / "migration"
WAYS = {"old": "install", "native": "stock"}

pytestmark = newest_only


@pytest.fixture(params=WAYS)
def serve(request):
    """`serve(app)`: a server of the old app with this package, or of the native one without."""
    with contextlib.ExitStack() as stack:

        def start(app):
            server = Server(app, way=WAYS[request.param], path=[MIGRATION / request.param])
            stack.callback(server.close)
            return server.start()

        yield start


def state(server):
    with RawClient(server) as client:
        return client.request("/state", headers=[("Connection", "close")]).body.decode()


def await_state(server, wanted):
    eventually(lambda: state(server) == wanted, error=lambda _: AssertionError(server.log))


@contextlib.contextmanager
def client_of(server, path):
    with RawClient(server) as client:
        client.handshake(path)
        yield client


def test_rooms(serve):
    """Whoever is in a room hears what is said, who comes and who goes."""
    server = serve("rooms")
    with client_of(server, "/rooms/a") as one:
        assert one.receive_message() == "somebody came"
        with client_of(server, "/rooms/a") as two:
            assert [c.receive_message() for c in (one, two)] == ["somebody came"] * 2
            two.send_text("hello")
            assert [c.receive_message() for c in (one, two)] == ["hello"] * 2
            two.close()
        assert one.receive_message() == "somebody went"
        assert state(server) == "{'a': 1}"
        one.close()
    await_state(server, "{'a': 0}")
    assert server.stop() == 0


def test_heartbeat(serve):
    """A silent client is pinged, more than once, and no word of it is lost afterwards."""
    server = serve("heartbeat")
    with client_of(server, "/words") as client:
        client.send_text("one")
        assert client.receive_message() == "127.0.0.1 said one"
        for _ in range(2):
            ping = client.receive_frame()
            assert ping.opcode == PING
            client.send_frame(PONG, ping.payload)
        client.send_text("two")
        assert client.receive_message() == "127.0.0.1 said two"
        client.close()
    await_state(server, state(server).replace("'gone': 0", "'gone': 1"))
    assert "'words': 2" in state(server)
    assert server.stop() == 0


def test_relay(serve):
    """Jobs come back in order, and both tasks end with their connection."""
    server = serve("relay")
    with client_of(server, "/jobs") as client:
        for job in ("a", "b", "c"):
            client.send_text(job)
        assert [client.receive_message() for _ in range(3)] == ["A", "B", "C"]
        assert state(server) == "2"
        client.close()
    await_state(server, "0")
    assert server.stop() == 0


LEFT = {
    "rooms": ["SLW201"],
    "heartbeat": ["SLW302", "SLW301"],
    "relay": [],
}


@needs("libcst")
@pytest.mark.parametrize("app", LEFT)
def test_between_them(app, tmp_path, capsys):
    """The fixer does all but what its TODOs say; nothing is found in what a person made of it."""
    copy = shutil.copy(str(MIGRATION / "old" / f"{app}.py"), str(tmp_path))
    assert cli.main(["fix", "--to", "native", copy]) == 0
    capsys.readouterr()
    assert cli.main(["check", "--to", "native", copy]) == bool(LEFT[app])
    found = capsys.readouterr().out.splitlines()
    assert [line.split()[1] for line in found] == LEFT[app]
    assert (tmp_path / f"{app}.py").read_text().count("# TODO SLW") == len(found)
    assert cli.main(["check", "--to", "native", str(MIGRATION / "native" / f"{app}.py")]) == 0
