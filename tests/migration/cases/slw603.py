"""SLW603: names that Sanic refuses."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "a blank": alone("""
        from sanic import Sanic

        app = Sanic("my app")  #!
    """),
    "a dot, by keyword": alone("""
        from sanic import Blueprint

        bp = Blueprint(name="v1.users")  #!
    """),
    "a digit in front": alone("""
        from sanic import Sanic

        app = Sanic("3d")  #!
    """),
    "the name of a module inside a package": alone("""
        from sanic import Blueprint
        from .models import User

        bp = Blueprint(__name__)  #!
    """),
}

SILENT = {
    "letters, digits and the like": alone("""
        from sanic import Sanic, Blueprint

        app = Sanic("my-app_2")
        bp = Blueprint("_users")
    """),
    "the name of a module at the top": alone("""
        from sanic import Sanic

        app = Sanic(__name__)
    """),
    "a name that is not written there": alone("""
        from sanic import Sanic

        app = Sanic(NAME)
    """),
}
