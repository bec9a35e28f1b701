"""SLW601: attributes set on the app or a blueprint."""

from __future__ import annotations

from . import alone

TO = "both"

FINDS = {
    "set in a listener, and taken from the request's app": alone("""
        from sanic import Sanic

        app = Sanic("app")

        @app.listener("before_server_start")
        async def start(app, loop):
            app.redis = 1  #!

        @app.route("/")
        async def index(request):
            return await request.app.redis.get("x")  #!
    """),
    "of a blueprint": alone("""
        from sanic import Blueprint

        bp = Blueprint("bp")
        bp.clients = set()  #!
    """),
    "by name": alone("""
        from sanic import Sanic

        app = Sanic("app")
        setattr(app, "redis", 1)  #!
        if hasattr(app, "redis"):  #!
            print(getattr(app, "redis", None))  #!
    """),
    "taken from the app, where it is kept in its context already": alone("""
        from sanic import Sanic

        app = Sanic("app")
        app.ctx.redis = 1
        print(app.redis)  #!
    """),
    "under a private name": alone("""
        from sanic import Sanic

        app = Sanic("app")
        app._clients = set()  #!
        print(app._clients)  #!
    """),
    "set where the blueprint is not known": alone("""
        from importlib import import_module
        from sanic import Blueprint

        bp = Blueprint("bp")
        for module in map(import_module, ["one", "two"]):
            module.bp.clients = set()

        @bp.get("/")
        async def index(request):
            print(bp.clients)  #!
    """),
    "under a name that Sanic took later": alone("""
        from sanic import Sanic

        app = Sanic("app")

        @app.listener("before_server_start")
        async def start(app, loop):
            app.tasks = []  #!

        @app.route("/")
        async def index(request):
            request.app.tasks.append(1)  #!
    """),
    "given to a function": alone("""
        from sanic import Sanic

        app = Sanic("app")
        app.clients = set()  #!

        def tell(server):
            print(server.clients)  #!

        tell(app)
    """),
    "of a class derived from Sanic's": alone("""
        import sanic

        class App(sanic.Sanic):
            def __init__(self, name):
                super().__init__(name)
                self.clients = set()  #!
    """),
}

SILENT = {
    "a private name of Sanic's": alone("""
        from sanic import Sanic

        app = Sanic("app")
        app._test_client = None
        app._future_routes = set()
    """),
    "a name that Sanic took later, used as Sanic's": alone("""
        from sanic import Sanic

        app = Sanic("app")

        async def wait(request):
            await app.event("chat.message")
            print(list(request.app.tasks), app.state.is_running)
    """),
    "in the context": alone("""
        from sanic import Sanic

        app = Sanic("app")
        app.ctx.redis = 1
        print(app.ctx.redis)
    """),
    "what Sanic's own app has": alone("""
        from sanic import Sanic

        app = Sanic("app")
        app.error_handler = print
        print(app.config.PORT, app.name)
    """),
    "of another object": alone("""
        from sanic import Sanic

        app = Sanic("app")
        other = print(app)
        other.redis = 1
    """),
    "of another framework's app": alone("""
        import sanic
        from flask import Flask

        application = Flask("x")
        application.redis = 1
    """),
    "taken, and nowhere set: another AttributeError": alone("""
        from sanic import Sanic

        app = Sanic("app")
        print(app.redis)
    """),
}
