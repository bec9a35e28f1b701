"""SLW501: dropped settings, in every spelling."""

from __future__ import annotations

from . import alone, app

TO = "native"

FINDS = {
    "an attribute of config": app("""
        app.config.WEBSOCKET_MAX_QUEUE = 32  #!
    """),
    "a key of config": app("""
        app.config["WEBSOCKET_READ_LIMIT"] = 32  #!
    """),
    "config.update with a dict": app("""
        app.config.update({"WEBSOCKET_WRITE_LIMIT": 1})  #!
    """),
    "a class of settings": alone("""
        class Config:
            WEBSOCKET_MAX_QUEUE = 32  #!
    """),
    "config.update with keywords": app("""
        app.config.update(WEBSOCKET_MAX_QUEUE=1)  #!
    """),
    "the environment": alone("""
        import os
        os.environ['SANIC_WEBSOCKET_MAX_QUEUE'] = '1'  #!
    """),
    "reading it": app("""
        print(app.config.WEBSOCKET_MAX_QUEUE)  #!
    """),
}

SILENT = {
    "a setting that Sanic still has": app("""
        app.config.WEBSOCKET_MAX_SIZE = 32
    """),
    "a key that Sanic still has": app("""
        app.config["WEBSOCKET_PING_INTERVAL"] = None
    """),
    "a set of names that may be set": alone("""
        KNOWN = {"WEBSOCKET_MAX_SIZE", "WEBSOCKET_MAX_QUEUE"}
    """),
    "a docstring": alone('''
        """WEBSOCKET_MAX_QUEUE is gone."""
    '''),
}
