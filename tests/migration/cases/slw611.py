"""SLW611: methods of the app and its config under another name."""

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
}

SILENT = {
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
