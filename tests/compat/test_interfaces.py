"""What the interfaces name of Sanic's objects is there, on this line."""

from __future__ import annotations

import pytest
from sanic import Sanic
from sanic.request import Request as SanicRequest
from sanic.response import HTTPResponse

from sanic_legacy_ws._compat.interfaces import App, Request, Response
from tests.support import sanic_version


def names(interface):
    """The names that a Protocol asks for."""
    found = {*vars(interface), *interface.__annotations__}
    return {name for name in found if not name.startswith("_")}


@pytest.fixture(scope="module")
def request_of_sanic():
    """A request as Sanic makes it, without a connection."""
    return SanicRequest(b"/path?a=b", {"host": "a"}, "1.1", "GET", None, Sanic("of_a_request"))


def test_app():
    """An app has its config and its tasks."""
    app = Sanic("of_interfaces")
    assert {name for name in names(App) if not hasattr(app, name)} == set()


@pytest.mark.parametrize("name", sorted(names(Request) - {"ip", "port", "remote_addr", "url"}))
def test_request(request_of_sanic, name):
    """A request has what is read of it; the others want a connection."""
    if name == "route" and sanic_version < (21, 3):
        pytest.skip("20.12 asks the router")
    assert hasattr(request_of_sanic, name)


@pytest.mark.parametrize("name", ["ip", "port", "remote_addr", "url"])
def test_properties_of_a_request(name):
    """They are its class's."""
    assert isinstance(getattr(SanicRequest, name), property)


def test_response():
    """20.12 writes a response by its `output`, which later lines do without."""
    response = HTTPResponse()
    wanted = names(Response) if sanic_version < (21, 3) else {"status"}
    assert {name for name in wanted if not hasattr(response, name)} == set()
