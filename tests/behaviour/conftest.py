"""Every test here runs against Sanic's own server and against each ASGI server."""

from __future__ import annotations

import uuid

import pytest

from tests.support import Server
from tests.support.asgi import IMPORTS, AsgiServer, missing


@pytest.fixture(autouse=True)
def _otherwise(request, kind):
    """Have the test fail where the server is known to do otherwise: `otherwise`."""
    given = getattr(request.node, "callspec", None)
    for mark in request.node.iter_markers("otherwise"):
        server, what, parameters = mark.args
        if server == kind and all(given.params[name] == parameters[name] for name in parameters):
            request.node.add_marker(pytest.mark.xfail(reason=f"{kind} {what}", strict=True))


@pytest.fixture(scope="session", params=["native", *IMPORTS])
def kind(request):
    """Which server: "native" or an ASGI server."""
    if request.param != "native":
        why = missing(request.param)
        if why is not None:
            pytest.skip(why)
    return request.param


@pytest.fixture(scope="session")
def new_server(kind):
    """`new_server(**options)`: a server of this kind, not started."""

    def make(app="behaviour", **options):
        return Server(app, **options) if kind == "native" else AsgiServer(app, kind, **options)

    return make


@pytest.fixture(scope="session")
def serve(new_server):
    """`serve(**config)`: a started server of this kind, shared by the tests that ask for it."""
    servers = {}

    def get(**config):
        key = repr(sorted(config.items()))
        if key not in servers:
            servers[key] = new_server(config=config).start()
        return servers[key]

    yield get
    for server in servers.values():
        server.close()


@pytest.fixture
def key():
    """By which a handler's reports are found."""
    return uuid.uuid4().hex


# Where the servers differ in what they tell an app: docs/reference/asgi.md.


@pytest.fixture
def hides_codes(kind):
    """hypercorn reports each end that the peer brings about as 1006."""
    return kind == "hypercorn"


@pytest.fixture
def code_of_a_loss(kind):
    """granian and uvicorn's newer sides report the loss of TCP as 1005."""
    unsure = ("uvicorn-websockets-sansio", "uvicorn-wsproto", "granian")
    return 1005 if kind in unsure else 1006


@pytest.fixture
def cancels_senders(kind):
    """hypercorn may cancel the handler when it cannot write any more."""
    return ["CancelledError"] if kind == "hypercorn" else []
