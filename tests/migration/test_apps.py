"""The checker knows which values are Sanic apps."""

from __future__ import annotations

import ast

import pytest

from sanic_legacy_ws.migration.inference.project import Project
from sanic_legacy_ws.migration.inference.syntax import Module
from sanic_legacy_ws.migration.model import Confidence
from sanic_legacy_ws.migration.view import View

CERTAIN, LIKELY = Confidence.CERTAIN, Confidence.LIKELY
APP = "from sanic import Sanic\napp = Sanic('a')\n"


def sure(*sources):
    """How sure the last module's `X.seen` is that X is an app."""
    project = Project()
    for number, source in enumerate(sources):
        project.add_module(Module(f"pack/m{number}.py", source, f"pack.m{number}"))
    project.follow()
    view = View(project, f"pack/m{len(sources) - 1}.py")
    (base,) = [node.value for node in view.module.of(ast.Attribute) if node.attr == "seen"]
    return view.app(base)


@pytest.mark.parametrize(
    ("source", "confidence"),
    [
        (f"{APP}app.seen", CERTAIN),
        ("import sanic\napp = sanic.Sanic('a')\napp.seen", CERTAIN),
        ("from sanic import Blueprint\nbp = Blueprint('b')\nbp.seen", CERTAIN),
        ("from sanic import Sanic\nSanic.get_app('a').seen", CERTAIN),
        ("import sanic\nasync def h(request):\n    request.app.seen", CERTAIN),
        ("import sanic\n@x.listener('before_server_start')\ndef f(a, loop):\n    a.seen", CERTAIN),
        ("import sanic\n@x.before_server_start\nasync def f(a):\n    a.seen", CERTAIN),
        ("import sanic\ndef f(a, b):\n    a.seen\nx.register_listener(f, 'y')", CERTAIN),
        ("from sanic import Sanic\ndef f(a: Sanic):\n    a.seen", CERTAIN),
        (f"{APP}def f(a):\n    a.seen\nf(app)", CERTAIN),
        (f"{APP}class X:\n    def __init__(self, a):\n        self.a = a\n    def f(self):\n"
         "        self.a.seen\nX(app)", CERTAIN),
        (f"{APP}def f():\n    return app\nf().seen", CERTAIN),
        (f"{APP}import asyncio\nasync def f():\n    return app\nasyncio.run(f()).seen", CERTAIN),
        (f"{APP}async def f():\n    return app\nloop.run_until_complete(f()).seen", CERTAIN),
        ("import sanic\ndef f(app):\n    app.seen", LIKELY),
        (f"{APP}app = other()\napp.seen", LIKELY),
        ("from sanic import Sanic\nclass X(Sanic):\n    def f(self):\n        self.seen", LIKELY),
        ("import sanic\ndef f(info):\n    info.context['request'].app.seen", LIKELY),
        ("import sanic\nclass X:\n    def f(self):\n        self.request.app.seen", LIKELY),
        ("import sanic\ndef f(info):\n    info.context['client'].app.seen", None),
        ("from flask import Flask\napp = Flask('a')\napp.seen", None),
        ("def f(app):\n    app.seen", None),
    ],
)  # fmt: skip
def test_in_a_module(source, confidence):
    """An app is followed from where it is made, or from where Sanic gives it to the code."""
    assert sure(source) == confidence


@pytest.mark.parametrize(
    "source",
    [
        "from .m0 import app\napp.seen",
        "from pack.m0 import app as it\nit.seen",
        "from pack import m0\nm0.app.seen",
        "from .m0 import make\nmake().seen",
        "from . import m0\nit = m0.make()\nit.seen",
    ],
)
def test_in_another_module(source):
    """What a module has at its top level, and what its functions return, is known elsewhere."""
    assert sure(f"{APP}def make():\n    return Sanic('b')\n", source) == CERTAIN


@pytest.mark.parametrize(
    ("source", "confidence"),
    [
        ("from .m0 import Server\nServer('a').seen", LIKELY),
        ("from .m0 import Server\ndef f(a: Server):\n    a.seen", LIKELY),
        ("def f(a: 'Server'):\n    a.seen", LIKELY),
        ("from .m0 import Client\ndef f(a: Client):\n    a.seen", None),
    ],
)
def test_a_class_of_another_module(source, confidence):
    """A class that one module derives from Sanic's makes apps for the others too."""
    classes = "import sanic\nclass Server(sanic.Sanic): ...\nclass Client: ...\n"
    assert sure(classes, source) == confidence


def test_a_class_of_that_name():
    """Where the code has a class Application, an application is none of Sanic's by its name."""
    source = "import sanic\ndef f(application):\n    application.seen"
    assert sure("class Application: ...", source) is None
    assert sure("class Application(Base): ...", source) == LIKELY


def test_another_name_of_another_module():
    """An import of something else from the same module is no app."""
    assert sure(f"{APP}apple = 1\n", "from .m0 import apple\napple.seen") is None
