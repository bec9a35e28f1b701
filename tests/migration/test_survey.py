"""What is said in one module and holds for all of a code base."""

from __future__ import annotations

import pytest

from sanic_legacy_ws.migration.inference.project import Project
from sanic_legacy_ws.migration.inference.syntax import Module
from sanic_legacy_ws.migration.survey import Survey


def survey(*sources):
    project = Project()
    for number, source in enumerate(sources):
        project.add_module(Module(f"m{number}.py", source, f"m{number}"))
    project.follow()
    return project.known(Survey)


@pytest.mark.parametrize(
    "source",
    [
        "app.config.WEBSOCKET_ON_DISCONNECT = 'raise'",
        "app.config['WEBSOCKET_ON_DISCONNECT'] = 'raise'",
        "app.config.update(WEBSOCKET_ON_DISCONNECT='raise')",
        "app.update_config({'WEBSOCKET_ON_DISCONNECT': 'raise'})",
        "class Config:\n    WEBSOCKET_ON_DISCONNECT = 'raise'",
        "os.environ['SANIC_WEBSOCKET_ON_DISCONNECT'] = 'raise'",
    ],
)
def test_policy(source):
    """However it is spelled, what the app does with a connection that is gone is known."""
    assert survey("import sanic", source).policies == {"raise"}


def test_no_policy():
    """A setting that is read, or another one, says nothing."""
    source = "print(app.config.WEBSOCKET_ON_DISCONNECT)\napp.config.WEBSOCKET_MAX_SIZE = 'raise'"
    assert survey(source).policies == set()


@pytest.mark.parametrize(
    ("source", "uninstalled"),
    [
        ("import sanic.websocket", True),
        ("from sanic_legacy_ws import broadcast", True),
        ("import sanic_legacy_ws\nsanic_legacy_ws.install()", False),
        ("from sanic.websocket import WebSocketProtocol as P\napp.run(protocol=P)", False),
        ("import sanic.websocket\napp.run(protocol=None)", True),
        ("import sanic", False),
        ("import sanic\nclosed = sanic.websocket.ConnectionClosed", True),
        ("import sanic, sanic.websocket\nsanic.Sanic('b').run(protocol=P)", True),
    ],
)
def test_uninstalled(source, uninstalled):
    """Who imports the old websocket wants it; a call of install(), or a protocol, gives it."""
    project = Project()
    project.add_module(Module("app.py", "import sanic\napp = sanic.Sanic('a')\n"))
    project.add_module(Module("other.py", source))
    project.follow()
    assert Survey(project).uninstalled(project.modules["app.py"]) is uninstalled


def test_a_test_suite_alone():
    """An app without a websocket wants none, whatever the client of its tests is made with."""
    project = Project()
    project.add_module(Module("app.py", "import sanic\napp = sanic.Sanic('a')\n"))
    project.add_module(Module("conftest.py", "from sanic.websocket import WebSocketProtocol\n"))
    project.follow()
    assert not Survey(project).uninstalled(project.modules["app.py"])


def test_a_module_that_is_replaced():
    """What a module said before it was rewritten still counts; what it does not do, does not."""
    project = Project()
    project.add_module(Module("a.py", "import sanic.websocket", "a"))
    project.add_module(Module("a.py", "import websockets.exceptions", "a"))
    assert project.known(Survey).uninstalled(project.modules["a.py"])
