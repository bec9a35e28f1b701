"""The checker knows the functions that a module gives to an app."""

from __future__ import annotations

import ast

import pytest

from sanic_legacy_ws.migration.inference.project import Project
from sanic_legacy_ws.migration.inference.syntax import Module
from sanic_legacy_ws.migration.model import Confidence
from sanic_legacy_ws.migration.view import View

MAIN = "from sanic import Sanic\nfrom .other import setup\napp = Sanic('a')\nsetup(app)\n"
SETUP = "def setup(app):\n    {}\n\nasync def save(request, *rest):\n    request.seen\n"


def sure(body):
    """How sure `request` is one, in a module that does not import Sanic itself."""
    project = Project()
    for name, source in (("main", MAIN), ("other", SETUP.format(body))):
        project.add_module(Module(f"pack/{name}.py", source, f"pack.{name}"))
    project.follow()
    view = View(project, "pack/other.py")
    (base,) = [node.value for node in view.module.of(ast.Attribute) if node.attr == "seen"]
    return view.request(base)


@pytest.mark.parametrize(
    "body",
    [
        "app.request_middleware.appendleft(save)",
        "app.response_middleware.append(save)",
        "app.register_middleware(save, 'response')",
        "app.add_route(save, '/')",
    ],
)
def test_given_to_an_app(body):
    """What an app gets by a call is called with a request."""
    assert sure(body) is Confidence.CERTAIN


@pytest.mark.parametrize(
    "body", ["app.ctx.hooks.append(save)", "queue.append(save)", "save()", "app.add_task(save)"]
)
def test_given_elsewhere(body):
    """A name alone makes no request in a module that does not import Sanic."""
    assert sure(body) is None
