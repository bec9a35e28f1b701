"""What Sanic says where an app does not start leads to the rule that tells what to do."""

from __future__ import annotations

import pytest

pytest.importorskip("sanic")

import itertools
import warnings

from sanic import Blueprint, Sanic
from sanic.exceptions import SanicException

from sanic_legacy_ws._compat.causes import IMPORTS, NO_WEBSOCKET, cause_of
from tests.support import sanic_version


class FinalizationError(Exception):
    """As sanic-routing has it."""


NUMBERS = itertools.count()


def failing(what):
    """The exception of the installed Sanic."""
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # what the line before still took
        return _failing(what)


def _failing(what):
    try:
        exec(what, {"Sanic": Sanic, "Blueprint": Blueprint, "name": f"causes_{next(NUMBERS)}"})
    except (AttributeError, ImportError, SanicException, TypeError) as error:
        return error
    return None


@pytest.mark.parametrize(
    ("code", "since", "what"),
    [
        ("SLW601", (21, 12), "Sanic(name).x = 1"),
        ("SLW601", (21, 12), "Blueprint(name).x = 1"),
        ("SLW602", (20, 12), "Sanic()"),
        ("SLW602", (20, 12), "Blueprint()"),
        ("SLW603", (21, 12), "Sanic('a b')"),
        ("SLW603", (21, 12), "Blueprint('a.b')"),
        ("SLW607", (21, 12), "from sanic.exceptions import abort"),
        ("SLW608", (21, 12), "from sanic.response import StreamingHTTPResponse"),
        ("SLW608", (22, 6), "from sanic.response import stream"),
        ("SLW608", (21, 12), "from sanic.views import CompositionView"),
        ("SLW608", (21, 6), "from sanic.exceptions import add_status_code"),
        ("SLW608", (21, 3), "import sanic.testing"),
        ("SLW608", (21, 12), "from sanic.config import BASE_LOGO"),
        ("SLW608", (20, 12), "from sanic.log import log"),
        ("SLW608", (22, 3), "from sanic.app import get_event_loop"),
        ("SLW609", (20, 12), "from sanic.request import Request\nRequest.__new__(Request)['x']"),
        (
            "SLW610",
            (20, 12),
            "from sanic.response import HTTPResponse\nHTTPResponse(body_bytes=b'')",
        ),
        ("SLW611", (20, 12), "Sanic(name).register_blueprint(1)"),
        ("SLW611", (21, 3), "Sanic(name).config.from_object(1)"),
        ("SLW611", (21, 3), "Sanic(name).router.routes_names"),
        ("SLW612", (21, 12), "Sanic(name, load_env=False)"),
        ("SLW612", (22, 6), "Sanic(name, register=True)"),
        ("SLW612", (20, 12), "Sanic(name).run(stop_event=None)"),
        (
            "SLW612",
            (23, 3),
            "from sanic.exceptions import NotFound\nNotFound('x', status_code=404)",
        ),
        (
            "SLW613",
            (24, 12),
            "from sanic.response import HTTPResponse\nHTTPResponse().cookies['x'] = 'y'",
        ),
        ("SLW101", (21, 9), "import sanic.websocket"),
    ],
)
def test_cause(code, since, what):
    """From the release on that a rule names, the installed Sanic fails so that it is recognized."""
    if "import sanic." in what and sanic_version[:2] == (21, 12):
        pytest.skip("the wheel of 21.12 has stray copies of the modules")
    error = failing(what)
    if sanic_version[:2] < since:
        assert error is None
    else:
        cause = cause_of(error)
        assert cause is not None
        assert cause.code == code


def test_an_exception_that_led_to_another():
    """The chain of an exception is looked through."""
    try:
        try:
            raise AttributeError("Setting variables on Sanic instances is not allowed.")
        except AttributeError:
            raise SystemExit(1)  # noqa: B904
    except SystemExit as error:
        cause = cause_of(error)
        assert cause is not None
        assert cause.code == "SLW601"


SERVES = """
import asyncio

app = Sanic(name)
app.add_route(lambda request: None, "/")

async def main():
    server = await app.create_server(port=0, return_asyncio_server=True)
    try:
        await asyncio.wait_for(server.serve_forever(), 0.1)
    finally:
        server.close()

asyncio.run(main())
"""


@pytest.mark.skipif(sanic_version < (21, 12), reason="does not say what is missing")
def test_a_server_that_is_not_started_up():
    """What Sanic says of it leads to its rule."""
    cause = cause_of(failing(SERVES))
    assert cause is not None
    assert cause.code == "SLW605"


ERRORS = [ValueError("x"), ImportError("No module named 'x'"), KeyError()]


@pytest.mark.parametrize(
    "error", [*ERRORS, FinalizationError("Cannot finalize with no routes defined.")]
)
def test_something_else(error):
    """What is no rule's, such as an app that makes its routes too late, has none."""
    assert cause_of(error) is None


def test_codes_are_unique():
    """A cause is one rule's."""
    codes = [cause.code for cause in (*NO_WEBSOCKET, *IMPORTS)]
    assert len(codes) == len(set(codes))
