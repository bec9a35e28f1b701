"""SLW611: names that the app, its config and its router have no longer."""

from __future__ import annotations

from . import alone, app

TO = "both"

FINDS = {
    "register_blueprint": app("""
        from .users import bp

        app.register_blueprint(bp)  #!
    """),
    "the loaders of the config": app("""
        app.config.from_object(Defaults)  #!
        app.config.from_pyfile("settings.py")  #!
        app.config.from_envvar("SETTINGS")  #!
    """),
    "tables of the router": app("""
        for name, (uri, route) in app.router.routes_names.items():  #!
            print(name, uri, route)
    """),
}

SILENT = {
    "tables that the router still has, and those of something else": app("""
        from .upstream import proxy

        print(app.router.routes_all, app.router.routes_static)
        print(proxy.router.routes_names)
    """),
    "asked for by hasattr()": app("""
        if hasattr(app.router, "routes_names"):
            print(app.router.routes_names)
        if hasattr(app, "register_blueprint"):
            app.register_blueprint(bp)
        if hasattr(app.config, "from_object"):
            app.config.from_object(Defaults)
    """),
    "under their names": app("""
        from .users import bp

        app.blueprint(bp)
        app.config.update_config(Defaults)
    """),
    "another framework's": alone("""
        import sanic
        from flask import Flask

        server = Flask("x")
        server.register_blueprint(1)
        server.config.from_object(2)
    """),
}
