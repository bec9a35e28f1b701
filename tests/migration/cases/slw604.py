"""SLW604: routes that have one name."""

from __future__ import annotations

from . import alone, app

TO = "both"

FINDS = {
    "on a parameter whose class is derived from Sanic's": app("""
        class Typed(Sanic):
            pass

        def setup(server: Typed):
            server.static("/", "pages")  #!
            server.static("/icon", "icon.ico")
    """),
    "on what is not known, above handlers": alone("""
        from sanic.response import text

        def load(web):
            @web.server.get("/a")  #!
            async def handler(request):
                return text("a")

            @web.server.put("/a")
            async def handler(request):
                return text("b")
    """),
    "on what is not known, but is above a handler elsewhere": alone("""
        from sanic import response
        from .start import web

        web.static("/a.css", "a.css")  #!
        web.static("/b.css", "b.css")

        @web.route("/")
        async def index(request):
            return response.text("a")
    """),
    "two handlers": app("""
        @app.route("/a")  #!
        async def index(request):
            pass

        @app.websocket("/b")
        async def index(request, ws):
            pass
    """),
    "two decorators: the upper one registers last": app("""
        @app.get("/a")
        @app.get("/b")  #!
        async def index(request):
            pass
    """),
    "one handler added twice": app("""
        async def index(request):
            pass

        app.add_route(index, "/a")  #!
        app.add_route(handler=index, uri="/b")
    """),
    "a view added twice": app("""
        from .views import View

        app.add_route(View.as_view(), "/a")  #!
        app.add_route(View.as_view(), "/b")
    """),
    "static files": app("""
        app.static("/a", "a")  #!
        app.static("/b", "b")
    """),
    "a name given twice": app("""
        @app.route("/a", name="x")  #!
        async def a(request):
            pass

        @app.route("/b", name="x")
        async def b(request):
            pass
    """),
    "of a blueprint": alone("""
        from sanic import Blueprint

        bp = Blueprint("bp")

        @bp.route("/a")  #!
        async def index(request):
            pass

        @bp.route("/b")
        async def index(request):
            pass
    """),
}

SILENT = {
    "what is called like a route": alone("""
        import sanic

        def load(cache):
            @cache.get("/a")
            def handler(key):
                pass

            @cache.get("/b")
            def handler(key):
                pass
    """),
    "names of their own": app("""
        @app.get("/a", name="a")
        @app.get("/b")
        async def index(request):
            pass

        app.static("/s", "s")
        app.static("/t", "t", name="t")
    """),
    "an app and a blueprint": app("""
        from sanic import Blueprint

        bp = Blueprint("bp")

        @app.route("/a")
        async def index(request):
            pass

        @bp.route("/b")
        async def index(request):
            pass
    """),
    "what is no app": app("""
        import requests

        requests.get("http://x", 1)(print)
        requests.get("http://y", 1)(print)
    """),
    "names that are not written there": app("""
        @app.route("/a", name=A)
        async def index(request):
            pass

        @app.route("/b", **options)
        async def index(request):
            pass
    """),
}
