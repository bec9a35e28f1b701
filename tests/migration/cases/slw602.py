"""SLW602: an app or a blueprint without a name."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "an app": alone("""
        from sanic import Sanic

        app = Sanic()  #!
    """),
    "an app with other arguments": alone("""
        import sanic

        app = sanic.Sanic(log_config=None)  #!
    """),
    "a blueprint": alone("""
        from sanic import Blueprint

        bp = Blueprint(url_prefix="/v1")  #!
    """),
}

SILENT = {
    "a name": alone("""
        from sanic import Sanic

        app = Sanic("app")
        other = Sanic(name="other")
    """),
    "arguments that are not written there": alone("""
        from sanic import Sanic

        app = Sanic(*arguments)
        other = Sanic(**options)
    """),
    "a class of the app's own": alone("""
        import sanic
        from .server import Sanic

        app = Sanic()
    """),
}
