"""Every test here runs against Sanic's own server and against each ASGI server."""

from __future__ import annotations

import uuid

import pytest

from tests.support import Server
from tests.support.asgi import IMPORTS, AsgiServer, missing

# Where a server itself does otherwise, by the beginning of the test's name: docs/reference/asgi.md.
_REASONLESS = "carries no reasons of close frames"
_HEADERLESS = "adds no headers to the handshake"
_DROPS = "drops its connections when it stops"
_ANSWERS_LATE = "answers a close frame when the handler has ended"
_CODES = "closes with 1000, or 3000 and above, only"
_EMPTY = "sends no empty messages"
_TOKENS_ONLY = "refuses a subprotocol that is no token"
_REFUSES_BY_403 = "refuses by a bare 403"
OTHERWISE = {
    "test_subprotocol_that_is_no_token[uvicorn-websockets-sansio": _TOKENS_ONLY,
    "test_peer_closes[granian": _REASONLESS,
    "test_hook_adds_headers[granian": _HEADERLESS,
    "test_stop[granian": _DROPS,
    "test_handler_that_ignores_the_stop[granian": _DROPS,
    "test_peer_that_is_gone_at_once[granian": _ANSWERS_LATE,
    "test_policy_cancel[granian": _ANSWERS_LATE,
    "test_peer_closes[daphne": _REASONLESS,
    "test_fail_connection[daphne": _REASONLESS,
    "test_handler_closes[daphne-4001": _REASONLESS,
    "test_handler_closes[daphne-1011": _CODES,
    "test_end_of_the_handler[daphne-value-1011": _CODES,
    "test_message_too_big[daphne": _CODES,
    "test_hook_adds_headers[daphne": _HEADERLESS,
    "test_hook_refuses[daphne": _REFUSES_BY_403,
    "test_unknown_route[daphne": _REFUSES_BY_403,
    "test_echo[daphne-0": _EMPTY,
    "test_echo[daphne-1": _EMPTY,
    "test_stop[daphne": _DROPS,
    "test_handler_that_ignores_the_stop[daphne": _DROPS,
}


@pytest.fixture(autouse=True)
def _unless_otherwise(request, kind):
    for name, what in OTHERWISE.items():
        if request.node.name.startswith(name):
            pytest.skip(f"{kind} {what}")


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
