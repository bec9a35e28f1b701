"""Routes by their names, among modules."""

from __future__ import annotations

import pytest

from sanic_legacy_ws.migration.inference.project import Project
from sanic_legacy_ws.migration.inference.syntax import Module
from sanic_legacy_ws.migration.routes import routes
from sanic_legacy_ws.migration.survey import Survey

APP = "from sanic import Sanic\napp = Sanic('a')\n"
INDEX = "@app.route('/x')\nasync def index(request): ...\n"


def names(source):
    return [route.name for route in routes(Module("m.py", APP + source, "m"))]


@pytest.mark.parametrize(
    ("source", "found"),
    [
        (INDEX, ["index"]),
        ("app.add_route(View.as_view(), '/x')", ["View"]),
        ("app.add_route(views.index, '/x')", ["index"]),
        ("app.add_route(lambda r: r, '/x')", ["<lambda>"]),
        ("app.add_websocket_route(feed, '/x', name='y')", ["y"]),
        ("app.websocket('/x')(feed)", ["feed"]),
        ("app.static('/x', 'y')", ["static"]),
        ("app.add_route(make(), '/x')", []),
    ],
)
def test_names(source, found):
    """A route is called as Sanic calls it, where that can be told."""
    assert names(source) == found


def renamed(**sources):
    project = Project()
    for path, source in sources.items():
        path = path.replace("__", "/")
        project.add_module(Module(f"{path}.py", source, path.rpartition("/")[2]))
    project.follow()
    survey = project.known(Survey)
    return [found for module in project.modules.values() for found in survey.renamed(module)]


def test_an_app_of_another_module():
    """Two modules that import one app share its names; which comes last is not sure."""
    (found,) = renamed(
        server=APP, a=f"from server import app\n{INDEX}", b="from server import app\n" + INDEX
    )
    assert not found.same_module


@pytest.mark.parametrize("line", ["from .server import app\n", "from pack.server import app\n"])
def test_an_app_of_a_package(line):
    """Relative or not, an import leads to the module that is meant."""
    (found,) = renamed(pack__server=APP + INDEX, pack__views=line + INDEX)
    assert found.name == "index"


def test_two_programs():
    """Apps of two folders have nothing to do with each other, though they are called alike."""
    assert renamed(one__server=APP + INDEX, two__server=APP + INDEX) == []
