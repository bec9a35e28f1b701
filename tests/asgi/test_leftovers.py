"""What is left of a connection under an ASGI server when it is gone: nothing."""

from __future__ import annotations

import contextlib
import json
import urllib.request

import pytest

from tests.server.tools import visit_and_end
from tests.support import RawClient
from tests.support.asgi import AsgiServer, missing
from tests.support.waiting import eventually

KIND = "uvicorn-wsproto"
pytestmark = pytest.mark.skipif(missing(KIND) is not None, reason=str(missing(KIND)))


@pytest.fixture(scope="module")
def server():
    """A server whose process has no garbage collector."""
    config = {"WEBSOCKET_TIMEOUT": 1}
    with contextlib.closing(AsgiServer("leftovers", KIND, config=config)) as started:
        yield started.start()


def connections(server):
    with urllib.request.urlopen(f"http://{server.host}:{server.port}/left") as answer:
        return json.load(answer)["connections"]


@pytest.mark.parametrize("path", ["/echo", "/sleep", "/raise", "/return"])
@pytest.mark.parametrize("end", ["close", "abort", "disconnect"])
def test_nothing_is_left_without_a_collection(server, path, end):
    """However both sides end, no connection waits for the garbage collector."""
    visit_and_end(server, path, end)
    eventually(lambda: connections(server) == 0)


def test_a_refused_one(server):
    """A request for a WebSocket that there is no route for leaves nothing, either."""
    with RawClient(server) as client:
        assert client.upgrade("/nothing").status == 404
    eventually(lambda: connections(server) == 0)
